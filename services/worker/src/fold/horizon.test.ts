import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Horizon } from './horizon.ts'

const idOf = (n: number) => {
  const id = Buffer.alloc(16)
  id.writeUInt32LE(n % 3, 0) // few first words, so that chains in the table are long
  id.writeUInt32LE(n, 12)
  return id
}

test('Horizon answers as a plain map of the last place of each id does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: fc.nat(60), step: fc.nat(3), wait: fc.nat(20) }), { maxLength: 600 }),
      fc.option(fc.nat(40), { nil: null }),
      fc.nat(200),
      (events, offsets, ageMs) => {
        const horizon = new Horizon({ offsets, ageMs })
        const last = new Map<number, { offset: number; appended: number }>()
        let offset = 0
        let appended = 0
        for (const e of events) {
          offset += 1 + e.step
          appended += e.wait
          const was = last.get(e.id)
          const duplicate = was !== undefined && (offsets === null || offset - was.offset <= offsets) && appended - was.appended <= ageMs
          expect(horizon.seen(idOf(e.id), offset, appended)).toBe(duplicate)
          last.set(e.id, { offset, appended })
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('Horizon grows past its first capacity and forgets what fell out', () => {
  const horizon = new Horizon({ offsets: 10_000, ageMs: 1e12 })
  for (let i = 0; i < 30_000; i++) expect(horizon.seen(idOf(i), i, i)).toBe(false)
  expect(horizon.size).toBeLessThanOrEqual(20_002)
  expect(horizon.seen(idOf(29_999), 30_000, 30_000)).toBe(true)
  expect(horizon.seen(idOf(1), 30_001, 30_001)).toBe(false)
})
