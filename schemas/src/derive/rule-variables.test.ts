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

test('a window rule of a protected stream reads sums alone', () => {
  expect(Object.keys(ruleVariables([{ name: 'passing', aggregates: ['sum'] }], 'window', true))).toEqual(['passing_sum'])
})
