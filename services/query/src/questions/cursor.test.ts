import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCursor, writeCursor } from './cursor.ts'

test('a cursor brings back its position, for its own question only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.maxSafeInteger(), fc.string(), (question, other, step, group) => {
      const cursor = writeCursor(question, [step, group])
      expect(readCursor(question, cursor, ['number', 'string'])).toEqual({ value: [step, group] })
      expect(readCursor(question, cursor, ['string', 'number'])).toHaveProperty('fault')
      if (other !== question) expect(readCursor(other, cursor, ['number', 'string'])).toHaveProperty('fault')
    }),
  )
})

test('anything else is a fault, never an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readCursor('q', text, ['number'])).toHaveProperty('fault')
    }),
  )
})
