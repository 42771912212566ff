import { type City, foldDocumentOf, tablesOf } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import type { ObservedTable } from '../observe/observed.ts'
import { observed } from './observed-fixture.ts'
import { planTables } from './plan-tables.ts'
import { type Step, stepText } from './step.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

const city = await twoStreams()
const bins = city.streams.find((s) => s.name === 'bin-levels')!

/** A store as `planTables` would make it. */
function made(of: City, ttl: boolean) {
  const tables = new Map<string, ObservedTable>(
    tablesOf(of, { ttl }).map((t) => [
      t.name,
      {
        columns: new Map(t.columns.map((c) => [c.name, c.type])),
        sortingKey: t.orderBy.join(', '),
        ttl: t.ttl,
      },
    ]),
  )
  const views = new Map(
    planTables(of, observed(), { ttl }).steps.flatMap((s) => (s.do === 'set view' ? [[s.view.name, s.hash] as const] : [])),
  )
  return { database: true, tables, views }
}

const changed = (edit: (stream: City['streams'][number]) => Partial<City['streams'][number]>): City => ({
  ...city,
  streams: city.streams.map((s) => (s.name === 'bin-levels' ? { ...s, ...edit(s) } : s)),
})
const texts = (steps: readonly Step[]) => steps.map(stepText)

test('an empty store gets the database, every table and a view per stream', () => {
  const { steps } = planTables(city, observed(), { ttl: true })
  const tables = tablesOf(city, { ttl: true }).map(() => 'create table')
  expect(steps.map((s) => s.do)).toEqual(['create database', ...tables, 'set view', 'set view'])
})

test('a store as it should be needs nothing', () => {
  expect(planTables(city, observed(made(city, true)), { ttl: true })).toEqual({ steps: [], refusals: [], notes: [] })
  expect(planTables(city, observed(made(city, false)), { ttl: false }).steps).toEqual([])
})

test('a new property is a column more in every table of the stream, and a new view', () => {
  const property = { ...city.streams[0]!.properties[0]!, name: 'weight', aggregates: ['max'] as const, nullable: true }
  const wider = changed((s) => ({ properties: [...s.properties, property] }))
  expect(texts(planTables(wider, observed(made(city, true)), { ttl: true }).steps)).toEqual([
    'add to table city.bin_levels_readings: weight Nullable(Int64)',
    'add to table city.bin_levels_partials: weight_count UInt32, weight_max Nullable(Int64)',
    'add to table city.bin_levels_windows: weight_count Nullable(UInt32), weight_max Nullable(Int64)',
    'add to table city.bin_levels_latest: weight Nullable(Int64)',
    'set view city.bin_levels',
  ])
})

test('a property that is gone leaves its columns', () => {
  const wider = changed((s) => ({ properties: [...s.properties, { ...s.properties[0]!, name: 'weight' }] }))
  const { steps, refusals } = planTables(city, observed(made(wider, true)), { ttl: true })
  expect([texts(steps), refusals]).toEqual([['set view city.bin_levels'], []])
})

test('a store that is made anew has columns for what was once folded', () => {
  const { fullness, weight } = { fullness: bins.properties[0]!, weight: { ...bins.properties[0]!, name: 'weight' } }
  const before = foldDocumentOf({ ...bins, properties: [fullness, weight] }, null)
  const now = changed(() => ({ properties: [{ ...fullness, aggregates: ['max'] }] }))
  const record = { stream: 'bin-levels', number: 1, state: 'done', starts: [], document: before } as const
  const { steps } = planTables(now, observed({ documents: new Map([['bin-levels', [record]]]) }), { ttl: true })
  const table = steps.find((s) => s.do === 'create table' && s.table.name === 'bin_levels_windows') as Extract<Step, { do: 'create table' }>
  const columns = table.table.columns.map((c) => c.name)
  expect(columns).toEqual(
    expect.arrayContaining(['fullness_max', 'fullness_min', 'fullness_sum', 'weight_count', 'weight_min', 'weight_last_at']),
  )
  const view = steps.find((s) => s.do === 'set view' && s.view.name === 'bin_levels') as Extract<Step, { do: 'set view' }>
  expect(view.view.ddl).not.toMatch(/weight|fullness_min/)
})

test('a changed retention changes the expiry; a replay has none', () => {
  const shorter = changed((s) => ({ retention: { ...s.retention, readingsMs: 60_000 } }))
  expect(texts(planTables(shorter, observed(made(city, true)), { ttl: true }).steps)).toEqual([
    'set on table city.bin_levels_readings: rows expire at toDateTime(at) + toIntervalSecond(60) (was toDateTime(at) + toIntervalSecond(31557600))',
  ])
  expect(planTables(city, observed(made(city, true)), { ttl: false }).steps).toHaveLength(10)
})

test('a column that could not be null, and now can, is widened', () => {
  const store = made(city, true)
  const readings = store.tables.get('bin_levels_readings')!
  store.tables.set('bin_levels_readings', { ...readings, columns: new Map([...readings.columns, ['fullness', 'Int64']]) })
  const { steps, refusals } = planTables(city, observed(store), { ttl: true })
  expect([texts(steps), refusals]).toEqual([['let columns of table city.bin_levels_readings be null: fullness Nullable(Int64)'], []])
})

test('another type of a column, or another order of a table, is refused', () => {
  const store = made(city, true)
  const readings = store.tables.get('bin_levels_readings')!
  store.tables.set('bin_levels_readings', { ...readings, columns: new Map([...readings.columns, ['fullness', 'Float64']]) })
  store.tables.set('ledger', { ...store.tables.get('ledger')!, sortingKey: 'stream, chunk' })
  expect(planTables(city, observed(store), { ttl: true }).refusals).toEqual([
    expect.stringMatching(/city.bin_levels_readings.fullness is Float64, the contract makes it Nullable\(Int64\)/),
    expect.stringMatching(/city.ledger is sorted by \(stream, chunk\)/),
  ])
})
