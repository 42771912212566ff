import { expect, test } from 'vitest'
import { type Folded, foldedSince } from './folded-since.ts'

const property = (name: string, aggregates: readonly ('sum' | 'mean' | 'max')[]) =>
  ({ name, aggregates, kind: 'gauge', resolution: '1', nullable: true }) as const
const document = (from: number | null, ...properties: Folded['properties']): Folded => ({ from, properties })
const level = property('level', ['max'])
const weight = property('weight', ['mean'])

test('what the first document folds was always there', () => {
  expect(foldedSince([document(null, weight), document(500, weight, level)], [weight])).toEqual({ counted: 0, summed: 0 })
})

test('a property that came later is there from its document on, and again from the last time that it came back', () => {
  const documents = [document(null, level), document(500, level, weight), document(900, level, weight)]
  expect(foldedSince(documents, [weight])).toEqual({ counted: 500, summed: 500 })
  expect(foldedSince([...documents, document(1_000, level), document(2_000, weight)], [weight])).toEqual({ counted: 2_000, summed: 2_000 })
})

test('a sum that came later than its property is there from then on', () => {
  const documents = [document(null, level), document(500, property('level', ['max', 'mean']))]
  expect(foldedSince(documents, [property('level', ['max', 'mean'])])).toEqual({ counted: 0, summed: 500 })
})

test('of several properties the youngest decides; one that no document folds yet is nowhere', () => {
  const documents = [document(null, property('a', ['sum'])), document(500, property('a', ['sum']), property('b', ['sum']))]
  expect(foldedSince(documents, [property('a', ['sum']), property('b', ['sum'])])).toEqual({ counted: 500, summed: 500 })
  expect(foldedSince(documents, [property('c', ['sum'])])).toEqual({ counted: Number.POSITIVE_INFINITY, summed: Number.POSITIVE_INFINITY })
})

test('a ledger that says nothing yet says nothing against it', () => {
  expect(foldedSince([], [level])).toEqual({ counted: 0, summed: 0 })
})
