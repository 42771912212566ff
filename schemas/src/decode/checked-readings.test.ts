import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkedReadings } from './checked-readings.ts'
import { isValue, Refused } from './reading.ts'

test("checkedReadings takes what a city's decoder gives, with an instant in either form", () => {
  expect(
    checkedReadings([
      { sensor: 'bin-1', at: '2024-03-01T10:00:00+01:00', values: { level: 4, lid: 'open', ok: true, none: null }, seq: 3, boot: 'b' },
      { at: 5, values: {} },
    ]),
  ).toEqual([
    { sensor: 'bin-1', at: 1_709_283_600_000, dated: true, boot: 'b', seq: 3, values: { level: 4, lid: 'open', ok: true, none: null } },
    { sensor: null, at: 5, dated: true, boot: null, seq: null, values: {} },
  ])
})

test('a reading that is none is refused alone, anything but a list as a whole', () => {
  const values = [{ a: {} }, { a: [1] }, null, { a: 'x'.repeat(2_000) }].map((wrong) => ({ at: 1, values: wrong }))
  for (const wrong of [
    ...values,
    null,
    7,
    { at: 1 },
    { at: 1, values: {}, seq: -1 },
    { at: 1, values: {}, boot: 7 },
    { at: 1, values: {}, sensor: '' },
  ]) {
    expect(checkedReadings([wrong, { at: 1, values: {} }])).toEqual([expect.any(Refused), expect.objectContaining({ at: 1 })])
  }
  for (const wrong of [null, undefined, 7, 'x', {}, { errors: ['no'] }]) expect(checkedReadings(wrong)).toBeInstanceOf(Refused)
  expect(checkedReadings([{ values: {} }])).toMatchObject([{ at: null }])
})

test('checkedReadings lets only plain finite values through, whatever it is given, and never throws', () => {
  const item = fc.oneof(
    fc.anything(),
    fc.record(
      { sensor: fc.anything(), at: fc.anything(), seq: fc.anything(), values: fc.dictionary(fc.string(), fc.anything()) },
      { requiredKeys: [] },
    ),
  )
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.array(item)), (result) => {
      const checked = checkedReadings(result)
      for (const reading of checked instanceof Refused ? [] : checked) {
        if (reading instanceof Refused) continue
        expect(Object.values(reading.values).every(isValue)).toBe(true)
        expect(reading.at === null || Number.isInteger(reading.at)).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})
