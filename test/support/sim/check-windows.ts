import { windowsTopic } from '@commonstream/schemas'
import type { Finished } from './checks.ts'
import { isPointed } from './oracle-points.ts'
import type { ExpectedWindow } from './oracle-types.ts'
import type { Row } from './row-binary.ts'

/**
 * Rows of closed windows and their records are what the oracle closes, revises or releases.
 * @param which after a loss only what is there is compared, each with its own revision
 */
export function checkWindows(finished: Finished, which: 'all' | 'those there are'): void {
  const { sim, oracle, owns, say } = finished
  const rows = sim.store.rows(`${sim.stream.table}_windows`).filter((r) => owns(String(r['sensor'])) && r['sensor'] !== '')
  const have = new Map(rows.map((r) => [`${r['sensor']}|${r['window']}|${Number(r['size']) * 1000}`, r]))
  const text = (row: ExpectedWindow) => expected(row, finished)
  for (const [key, row] of have) {
    const said = oracle.windows.get(key)?.filter((w) => w.rev === row['rev']) ?? []
    const isBase = which === 'those there are' && row['origin'] === 'late' // what it was revised from may be gone
    if (!isBase && !said.some((w) => text(w) === actual(row, sim))) {
      say(`window ${key} rev ${row['rev']}: ${actual(row, sim)} instead of ${said.map(text).join(' or ')}`)
    }
  }
  if (which !== 'all') return
  for (const [key, said] of oracle.windows) {
    const last = said.reduce((a, b) => (b.rev >= a.rev ? b : a))
    if (last.sensor !== '' && have.get(key)?.['rev'] !== last.rev)
      say(`window ${key} stands at rev ${have.get(key)?.['rev']} instead of ${text(last)}`)
  }
  checkTopic(finished, have)
}

/** The topic's records: the highest revision is the row; of a protected stream there is one value, however often it is said. */
function checkTopic({ sim, partition, say }: Finished, rows: ReadonlyMap<string, Row>): void {
  const records = new Map<string, Map<number, Set<string>>>()
  for (const { key, value } of sim.kafka.partition(windowsTopic(sim.stream.name), partition).records) {
    const record = sim.city.contexts[0]!.windowCodec.decode(value as Buffer)
    const revs = records.get(key) ?? new Map<number, Set<string>>()
    const rev = Number(record['rev'])
    revs.set(rev, (revs.get(rev) ?? new Set()).add(JSON.stringify(record)))
    records.set(key, revs)
  }
  for (const [key, revs] of records) {
    if (key.startsWith('|')) continue
    for (const [rev, texts] of revs) if (texts.size > 1) say(`window ${key} rev ${rev} was said in two ways: ${[...texts].join(' and ')}`)
    const newest = Math.max(...revs.keys())
    if (rows.get(key)?.['rev'] !== newest) say(`window ${key} was said with rev ${newest}, its row has ${rows.get(key)?.['rev']}`)
  }
  for (const key of rows.keys()) if (!records.has(key)) say(`window ${key} has a row and no record`)
}

function expected(w: ExpectedWindow, { sim, releases }: Finished): string {
  const y = releases.get(w)
  const values = sim.city.contexts[0]!.properties.flatMap((property): readonly unknown[] => {
    const { name, aggregates } = property
    if (isPointed(property)) return w.told[name] ?? []
    if (w.group === null) return [null, y?.[name] ?? null, ...absent(aggregates)]
    const f = w.group.properties[name]!
    const has = (aggregate: string) => (aggregates as readonly string[]).includes(aggregate)
    const some = f.count > 0
    const of = (value: number | null) => (some ? value : null)
    return [
      f.count,
      f.sum,
      ...(has('min') ? [of(f.min)] : []),
      ...(has('max') ? [of(f.max)] : []),
      ...(has('last') ? [of(f.last), of(f.lastAt)] : []),
    ]
  })
  return JSON.stringify([w.status, w.origin, w.bridges, w.policy, w.group?.count ?? null, values])
}

function absent(aggregates: readonly string[]): null[] {
  return aggregates.flatMap((a) => (a === 'min' || a === 'max' ? [null] : a === 'last' ? [null, null] : []))
}

function actual(row: Row, sim: Finished['sim']): string {
  const values = sim.city.contexts[0]!.properties.flatMap((property): readonly unknown[] => {
    const { name, aggregates, kind } = property
    if (isPointed(property)) {
      const figures = kind === 'counter' ? ['count', 'sum', 'resets', 'unknown', 'last'] : ['count', 'duration', 'arrivals', 'last']
      return figures.map((figure) => row[`${name}_${figure}`] ?? null).map((value) => (Array.isArray(value) ? value.toSorted() : value))
    }
    const has = (aggregate: string) => (aggregates as readonly string[]).includes(aggregate)
    const names = [
      'count',
      'sum',
      ...(has('min') ? ['min'] : []),
      ...(has('max') ? ['max'] : []),
      ...(has('last') ? ['last', 'last_at'] : []),
    ]
    return names.map((figure) => row[`${name}_${figure}`] ?? null)
  })
  return JSON.stringify([row['status'], row['origin'], row['bridges'], row['policy'], row['count'] ?? null, values])
}
