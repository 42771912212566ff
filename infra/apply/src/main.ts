import { parseArgs } from 'node:util'
import { CityError, createLog, reasonOf } from '@commonstream/runtime'
import { SchemaFaults, loadCity } from '@commonstream/schemas'
import { apply } from './apply.ts'
import { clientsOf } from './clients.ts'
import { applyConfig } from './config.ts'
import { plan } from './plan.ts'
import { type Plan, stepText } from './plan/step.ts'

const REFUSED = 2

/** `make apply`: prints what the contracts would change; with `--confirm` does it, with `--verbose` shows
 * Kafka's talk. Exit code 2 where a rebuild is needed. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { confirm: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } } })
  const config = applyConfig()
  const city = await loadCity(config.schemas)
  const clients = clientsOf(config, createLog('apply', values.verbose ? 'debug' : 'silent'))
  try {
    const made = await plan(city, clients, { ttl: config.ttl, replication: config.replication, now: Date.now() })
    print(made, values.confirm)
    if (made.refusals.length > 0) return REFUSED
    if (values.confirm) await apply(made, clients, (step) => say(`done: ${stepText(step)}`))
    return 0
  } finally {
    await clients.store.close()
  }
}

function print({ steps, refusals, notes }: Plan, confirmed: boolean): void {
  for (const note of notes) say(`note: ${note}`)
  for (const refusal of refusals) say(`refused: ${refusal}`)
  if (refusals.length > 0) return say('Nothing was changed.')
  if (steps.length === 0) return say('Topics, tables and markers are as the contracts say.')
  if (confirmed) return
  for (const step of steps) say(`would ${stepText(step)}`)
  say(`${steps.length} changes; nothing was done. CONFIRM=1 make apply (or --confirm) does them.`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults
  process.stderr.write(`${expected ? error.message : `apply failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
