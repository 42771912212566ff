import { expect, test } from 'vitest'
import type { Property } from '../contract/stream.ts'
import { readingColumn, stateColumns, valueColumns } from './columns.ts'

const property = (more: Partial<Property>): Property => ({
  name: 'p',
  kind: 'gauge',
  doc: 'd',
  unit: '1',
  observedProperty: 'urn:x',
  resolution: '1',
  nullable: false,
  aggregates: [],
  ...more,
})
const texts = (columns: { name: string; type: string }[]) => columns.map((c) => `${c.name} ${c.type}`)

test('a reading is an integer or, of a label, a text; null where an event of another time lacks it', () => {
  expect(readingColumn(property({})).type).toBe('Nullable(Int64)')
  expect(readingColumn(property({ nullable: true })).type).toBe('Nullable(Int64)')
  expect(readingColumn(property({ label: true, nullable: true })).type).toBe('Nullable(String)')
})

test('the state has what merging needs', () => {
  expect(texts(stateColumns(property({ aggregates: ['min', 'max', 'mean', 'last'] })))).toEqual([
    'p_count UInt32',
    'p_sum Int64',
    'p_min Nullable(Int64)',
    'p_max Nullable(Int64)',
    'p_last Nullable(Int64)',
    'p_last_at DateTime64(3)',
    'p_last_id UUID',
  ])
  expect(texts(stateColumns(property({ kind: 'count', aggregates: ['sum'] })))).toEqual(['p_count UInt32', 'p_sum Int64'])
  expect(texts(stateColumns(property({})))).toEqual(['p_count UInt32'])
  expect(stateColumns(property({ label: true }))).toEqual([])
})

test('figures are nullable and carry no event id', () => {
  expect(texts(valueColumns(property({ aggregates: ['sum', 'last'] })))).toEqual([
    'p_count Nullable(UInt32)',
    'p_sum Nullable(Int64)',
    'p_last Nullable(Int64)',
    'p_last_at Nullable(DateTime64(3))',
  ])
})

test('counters and states keep their points, and are told by what lies between them', () => {
  const counter = property({ kind: 'counter', aggregates: ['sum', 'last'] })
  expect(texts(stateColumns(counter))).toEqual(['p_count UInt32', 'p_points Array(Tuple(at DateTime64(3), value Int64, id UUID))'])
  expect(texts(valueColumns(counter))).toEqual([
    'p_count Nullable(UInt32)',
    'p_sum Nullable(Int64)',
    'p_resets Nullable(UInt32)',
    'p_unknown Nullable(UInt32)',
    'p_last Nullable(Int64)',
    'p_last_at Nullable(DateTime64(3))',
  ])
  const state = property({ kind: 'state', label: true, aggregates: ['duration', 'arrivals'] })
  expect(texts(stateColumns(state)).at(-1)).toBe('p_points Array(Tuple(at DateTime64(3), value String, id UUID))')
  expect(texts(valueColumns(state))).toEqual([
    'p_count Nullable(UInt32)',
    'p_duration Map(String, UInt64)',
    'p_arrivals Map(String, UInt32)',
    'p_last Nullable(String)',
    'p_last_at Nullable(DateTime64(3))',
  ])
  expect(texts(stateColumns(property({ kind: 'counter' })))).toEqual(['p_count UInt32'])
})
