import { expect, test } from 'vitest'
import { type Fault, type Held, NOTHING, take } from './held.ts'

const fault: Fault = { sort: 'network', status: null, reason: 'refused', waitMs: null }

test('the last value survives faults, which keep the time of the first', () => {
  let held: Held<number> = take<number>(NOTHING, { kind: 'fresh', value: 7, etag: '"a"' }, 100)
  held = take(held, { kind: 'fault', fault }, 200)
  held = take(held, { kind: 'fault', fault: { ...fault, reason: 'again' } }, 300)
  expect(held).toEqual({ value: 7, etag: '"a"', taken: 100, confirmed: 100, fault: { ...fault, reason: 'again' }, faultSince: 200 })
})

test('an unchanged answer confirms the value and ends the fault', () => {
  const held: Held<number> = { value: 7, etag: '"a"', taken: 100, confirmed: 100, fault, faultSince: 200 }
  expect(take(held, { kind: 'same' }, 400)).toEqual({ value: 7, etag: '"a"', taken: 100, confirmed: 400, fault: null, faultSince: null })
})
