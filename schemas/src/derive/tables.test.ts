import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tableSpec } from './table-spec.ts'
import { tablesOf } from './tables.ts'
import { twoStreams } from '../support/two-streams.ts'

const city = await twoStreams()
const tables = tablesOf(city, { ttl: true })
const table = (name: string) => tables.find((t) => t.name === name)!

test('an unprotected stream has latest readings, a protected one has not', () => {
  expect(tables.map((t) => t.name)).toEqual([
    'bin_levels_readings',
    'bin_levels_partials',
    'bin_levels_windows',
    'bin_levels_latest',
    'pedestrian_counts_readings',
    'pedestrian_counts_partials',
    'pedestrian_counts_windows',
    'ledger',
    'accounting',
    'alerts',
    'alert_states',
    'acknowledgements',
    'sensors',
    'decisions',
    'quarantine',
    'data_gaps',
    'flush_intents',
  ])
})

test('the DDL of a table', () => {
  expect(table('pedestrian_counts_partials').ddl).toBe(`CREATE TABLE IF NOT EXISTS city.\`pedestrian_counts_partials\` (
  \`sensor\` LowCardinality(String),
  \`window\` DateTime,
  \`size\` UInt32,
  \`partition\` UInt16,
  \`chunk\` UInt64,
  \`version\` UInt64,
  \`count\` UInt32,
  \`late\` UInt32,
  \`clamped\` UInt32,
  \`direction_1_count\` UInt32,
  \`direction_1_sum\` Int64,
  \`direction_2_count\` UInt32,
  \`direction_2_sum\` Int64
) ENGINE = ReplacingMergeTree(\`version\`)
PARTITION BY toYYYYMM(window)
ORDER BY (\`sensor\`, \`window\`, \`size\`, \`partition\`, \`chunk\`)
TTL window + toIntervalSecond(172800)
SETTINGS non_replicated_deduplication_window = 0`)
})

test('expiry is the contract’s, and left out in a replay', () => {
  const ttl = Object.fromEntries(tables.filter((t) => t.ttl !== null).map((t) => [t.name, t.ttl]))
  expect(ttl).toEqual({
    bin_levels_readings: 'toDateTime(at) + toIntervalSecond(31557600)',
    bin_levels_partials: 'window + toIntervalSecond(31557600)',
    bin_levels_windows: 'window + toIntervalSecond(315576000)',
    bin_levels_latest: 'toDateTime(at) + toIntervalSecond(315576000)',
    pedestrian_counts_readings: 'toDateTime(at) + toIntervalSecond(172800)',
    pedestrian_counts_partials: 'window + toIntervalSecond(172800)',
    pedestrian_counts_windows: 'window + toIntervalSecond(315576000)',
    accounting: "hour + toIntervalSecond(172800) WHERE stream = 'pedestrian-counts'",
    alerts:
      "toDateTime(at) + toIntervalSecond(315576000) WHERE stream = 'bin-levels', toDateTime(at) + toIntervalSecond(315576000) WHERE stream = 'pedestrian-counts'",
    quarantine: 'toDateTime(at) + toIntervalSecond(2592000)',
  })
  const personal = city.streams.map((s) => ({ ...s, personalData: 'pseudonymous' as const }))
  expect(tablesOf({ streams: personal }, { ttl: true }).find((t) => t.name === 'bin_levels_latest')?.ttl).toBe(
    'toDateTime(at) + toIntervalSecond(31557600)',
  )
  const replay = tablesOf(city, { ttl: false })
  expect(replay.filter((t) => t.ttl !== null || t.ddl.includes('TTL'))).toEqual([])
})

test('the shared tables are those of docs/architecture.md, column by column', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'architecture.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| Replacing[^|]*\| (`.+`.*) \|$/gm)]
  expect(rows.map((r) => r[1])).toEqual([
    'ledger',
    'accounting',
    'alerts',
    'alert_states',
    'acknowledgements',
    'sensors',
    'decisions',
    'quarantine',
    'data_gaps',
    'flush_intents',
  ])
  for (const [, name, columns] of rows) {
    const documented = columns!
      .match(/`(.+)`/)![1]!
      .replaceAll(/\([^()]*(\([^()]*\))*[^()]*\)/g, '')
      .split(',')
      .map((c) => c.trim().split(' ')[0])
    expect([name, ...table(name!).columns.map((c) => c.name)]).toEqual([name, ...documented])
  }
})

test('a name that is none is not put into SQL', () => {
  expect(() => tableSpec({ name: 'a`b', columns: [], version: null, orderBy: [], partitionBy: null, ttl: null })).toThrow(/cannot name/)
  expect(() =>
    tableSpec({ name: 'a', columns: [{ name: 'b) --', type: 'Int64' }], version: null, orderBy: [], partitionBy: null, ttl: null }),
  ).toThrow(/cannot name/)
})
