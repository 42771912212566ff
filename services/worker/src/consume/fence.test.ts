import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fence } from './fence.ts'

test('a partition may be committed for between the join that brought it and the next JoinGroup request, never else', () => {
  const steps = fc.array(fc.constantFrom('raise', 'open', 'adopt'), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (made) => {
      const fence = new Fence()
      /** By the epoch that a partition was brought with: whether its join is still the last thing that happened. */
      const current = new Map<number, boolean>()
      let joined = false
      for (const step of made) {
        if (step === 'raise') {
          joined = false
          for (const epoch of current.keys()) current.set(epoch, false)
          fence.raise()
        } else if (step === 'open') {
          joined = true
          fence.open()
        } else if (joined) current.set(fence.epoch, true)
        for (const [epoch, allowed] of current) expect(fence.allows(epoch)).toBe(allowed && joined)
      }
    }),
  )
})

test('of several joins in flight only the last one counts, and before the first none', () => {
  const fence = new Fence()
  expect(fence.allows(fence.epoch)).toBe(false)
  fence.raise()
  fence.open()
  const before = fence.epoch
  expect(fence.allows(before)).toBe(true)
  fence.raise()
  fence.raise()
  expect(fence.allows(before)).toBe(false)
  // The group is joined by the second of two requests; what was brought before has another epoch.
  fence.open()
  expect(fence.allows(before)).toBe(false)
  expect(fence.allows(fence.epoch)).toBe(true)
})
