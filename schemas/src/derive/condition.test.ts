import { expect, test } from 'vitest'
import { compileCondition } from './condition.ts'

const variables = { a: 'double', b: 'double', state: 'string' } as const

test('a condition judges numbers in declared units', () => {
  const crowd = compileCondition('a + b >= 300', variables)
  expect(crowd.holds({ a: 200, b: 100 })).toBe(true)
  expect(crowd.holds({ a: 200, b: 99.5 })).toBe(false)
})

test('a condition is not judged where a variable that it reads is null', () => {
  const crowd = compileCondition('a + b >= 300', variables)
  expect(crowd.reads).toEqual(['a', 'b'])
  expect(crowd.holds({ a: 400, b: null })).toBeNull()
  expect(crowd.holds({ a: 400 })).toBeNull()
  expect(compileCondition('a > 1', variables).holds({ a: 2, b: null, state: null })).toBe(true)
})

test('the variables read are found in every corner of an expression', () => {
  expect(compileCondition('state in ["x", "y"] ? a > 1 : !(b < 2)', variables).reads).toEqual(['a', 'b', 'state'])
  expect(compileCondition('[a, b].exists(v, v > 3)', variables).reads).toEqual(['a', 'b'])
  expect(compileCondition('true', variables).reads).toEqual([])
})

test.each([
  ['c > 1', /Unknown variable: c/],
  ['a > "x"', /no such overload/],
  ['a + b', /is a double, not a truth value/],
  ['a >', /"a >"/],
  [`a > ${'('.repeat(40)}1${')'.repeat(40)}`, /depth/i],
])('%s is refused', (expression, fault) => {
  expect(() => compileCondition(expression, variables)).toThrow(fault)
})
