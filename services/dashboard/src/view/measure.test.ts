import { expect, test } from 'vitest'
import type { PropertyAnswer, StreamAnswer } from '../answers/answers.ts'
import { measuresOf } from './measure.ts'

const property = (name: string, kind: PropertyAnswer['kind']): PropertyAnswer => ({
  name,
  kind,
  doc: '',
  unit: '1',
  observedProperty: `urn:${name}`,
})
const shown = (...properties: PropertyAnswer[]) => measuresOf({ properties } as unknown as StreamAnswer).map((m) => [m.id, m.kind])

test('a counter is shown by what it counted, and is not added to counts; states are not drawn', () => {
  expect(shown(property('energy', 'counter'), property('bay', 'state'), property('level', 'gauge'))).toEqual([
    ['energy', 'count'],
    ['level', 'gauge'],
  ])
  const counts = [1, 2].map((n) => ({ ...property(`direction_${n}`, 'count'), observedProperty: 'urn:people' }))
  expect(shown(...counts, { ...property('energy', 'counter'), observedProperty: 'urn:people' })[0]).toEqual(['total', 'count'])
})
