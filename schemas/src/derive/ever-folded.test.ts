import { expect, test } from 'vitest'
import { everFolded } from './ever-folded.ts'

const property = (name: string, ...aggregates: ('sum' | 'min' | 'max')[]) =>
  ({ name, kind: 'gauge', resolution: '1', nullable: true, aggregates }) as const

test('what was retired and what was narrowed keep their columns, the latest document first', () => {
  const documents = [
    { properties: [property('a', 'min', 'max'), property('b', 'sum')] },
    { properties: [property('c'), property('a', 'max', 'sum')] },
  ]
  expect(everFolded(documents)).toEqual([property('c'), property('a', 'max', 'sum', 'min'), property('b', 'sum')])
  expect(everFolded([])).toEqual([])
})
