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

test('a reading is an integer, null where the property may be absent, a text where it is a label', () => {
  expect(readingColumn(property({})).type).toBe('Int64')
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
