import { expect, test } from 'vitest'
import { ruleVariables } from './rule-variables.ts'

const level = { name: 'level', aggregates: ['mean', 'max', 'last'] as const }
const raw = { name: 'raw', aggregates: [] }

test('a reading rule reads the properties', () => {
  expect(Object.keys(ruleVariables([level, raw], 'reading', false))).toEqual(['level', 'raw'])
})

test('a window rule reads the figures of the contract’s aggregates', () => {
  expect(Object.keys(ruleVariables([level, raw], 'window', false)).sort()).toEqual([
    'count',
    'level_count',
    'level_last',
    'level_max',
    'level_mean',
    'level_sum',
  ])
})

test('a window rule reads what a counter counted, and a state’s code', () => {
  const counter = { name: 'energy', kind: 'counter', aggregates: ['sum'] } as const
  const state = { name: 'mode', kind: 'state', aggregates: ['duration', 'arrivals', 'last'] } as const
  const label = { ...state, name: 'bay', label: true }
  expect(Object.keys(ruleVariables([counter, state, label], 'window', false)).sort()).toEqual([
    'bay_count',
    'count',
    'energy_count',
    'energy_resets',
    'energy_sum',
    'mode_count',
    'mode_last',
  ])
  expect(Object.keys(ruleVariables([counter, state, label], 'reading', false))).toEqual(['energy', 'mode'])
})

test('a window rule of a protected stream reads sums alone', () => {
  expect(Object.keys(ruleVariables([{ name: 'passing', aggregates: ['sum'] }], 'window', true))).toEqual(['passing_sum'])
})
