import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ordered } from './order.ts'
import { nowOf } from './samples.ts'

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const sensor = fc
  .record({ id: fc.uuid(), value: fc.option(fc.integer({ min: 0, max: 50 })), few: fc.boolean() })
  .map(({ id, value, few }) => nowOf(id, { value, state: value !== null ? 'value' : few ? 'few' : 'unknown' }))
const order = fc.record({ by: fc.constantFrom('name' as const, 'figure' as const), down: fc.boolean() })

test('sorting loses nobody, and by figure those without one come last both ways', () => {
  fc.assert(
    fc.property(fc.array(sensor), order, (sensors, how) => {
      const sorted = ordered(sensors, how, '', compare)
      expect(sorted.toSorted((a, b) => compare(a.id, b.id))).toEqual(sensors.toSorted((a, b) => compare(a.id, b.id)))
      if (how.by === 'name') return
      const states = sorted.map((s) => s.state)
      expect(states).toEqual([...states].sort((a, b) => ['value', 'few', 'unknown'].indexOf(a) - ['value', 'few', 'unknown'].indexOf(b)))
      const values = sorted.flatMap((s) => s.value ?? [])
      expect(values).toEqual(values.toSorted((a, b) => (how.down ? b - a : a - b)))
    }),
  )
})

test('a search finds parts of names, whatever their case', () => {
  const sensors = ['Town Hall (West)', 'Flinders St', 'town Square'].map((name, i) => nowOf(String(i), { name }))
  expect(ordered(sensors, { by: 'name', down: false }, ' TOWN ', compare).map((s) => s.name)).toEqual(['Town Hall (West)', 'town Square'])
})
