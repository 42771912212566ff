import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Figures, NO_FIGURES, mergeFigures } from './figures.ts'

const number = fc.option(fc.integer({ min: -1_000, max: 1_000 }))
const figures: fc.Arbitrary<Figures> = fc
  .record({
    count: fc.nat(100),
    sum: number,
    min: number,
    max: number,
    last: number,
    lastAt: fc.nat(5),
    heard: fc.nat(5),
    atoms: fc.nat(5),
    foreign: fc.nat(5),
  })
  .map((f) => (f.last === null ? { ...f, lastAt: 0 } : f))

test('merging is associative and commutative, and nothing adds nothing', () => {
  fc.assert(
    fc.property(figures, figures, figures, (a, b, c) => {
      expect(mergeFigures(mergeFigures(a, b), c)).toEqual(mergeFigures(a, mergeFigures(b, c)))
      expect(mergeFigures(a, b)).toEqual(mergeFigures(b, a))
      expect(mergeFigures(a, NO_FIGURES)).toEqual(a)
    }),
  )
})
