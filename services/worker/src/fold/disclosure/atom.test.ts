import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Atom, atomBytes } from './atom.ts'

const name = fc.string({ unit: fc.constantFrom('a', 'b', '|', '\0', 'é'), maxLength: 3 })
const atom: fc.Arbitrary<Atom> = fc.record({
  stream: name,
  sensor: name,
  property: name,
  start: fc.integer({ min: -2, max: 2 }),
  size: fc.integer({ min: 1, max: 3 }),
  policy: fc.integer({ min: 1, max: 3 }),
})

test('different atoms have different bytes, wherever their names are cut', () => {
  fc.assert(
    fc.property(atom, atom, (a, b) => {
      const same = (Object.keys(a) as (keyof Atom)[]).every((key) => a[key] === b[key])
      expect(atomBytes(a).equals(atomBytes(b))).toBe(same)
    }),
    { numRuns: 2_000 },
  )
  const cut = (stream: string, sensor: string) => atomBytes({ stream, sensor, property: 'p', start: 0, size: 1, policy: 1 })
  expect(cut('ab', 'c').equals(cut('a', 'bc'))).toBe(false)
})
