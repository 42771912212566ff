import { type City, tablesOf } from '@commonstream/schemas'

/**
 * What a backup holds: what no log can give back once it is past its retention. Partials, readings and accounts are
 * folded again from the log; day keys are never part of a backup (protocol section 8.4).
 */
export function backedUp(city: City): string[] {
  const shared = ['alerts', 'alert_states', 'acknowledgements', 'ledger', 'sensors', 'decisions', 'data_gaps']
  const names = tablesOf(city, { ttl: false }).map((t) => t.name)
  return names.filter((name) => shared.includes(name) || city.streams.some((s) => name === `${s.table}_windows`))
}
