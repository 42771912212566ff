import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Breaker } from './breaker.ts'

test('single bad records, however they come, never open it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { maxLength: 60 }), (sizes) => {
      const breaker = new Breaker()
      for (const records of sizes) expect(breaker.note(records, Math.floor(records / 2))).toBe(false)
    }),
  )
})

test('nothing but refusals open it, also after a long time of good records', () => {
  const breaker = new Breaker()
  for (let i = 0; i < 1_000; i++) expect(breaker.note(1_000, 0)).toBe(false)
  let opened = 0
  for (let i = 1; opened === 0 && i < 50; i++) if (breaker.note(100, 100)) opened = i
  expect(opened).toBeGreaterThan(0)
  expect(opened).toBeLessThanOrEqual(15)
})
