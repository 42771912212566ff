import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson } from './json-codec.ts'
import { Refusal } from './refusal.ts'

const reasonOf = (payload: Buffer | string) => {
  const read = readJson(Buffer.from(payload as string))
  return read instanceof Refusal ? read.reason : 'read'
}

test('readJson gives back what was written, alone or in an array', () => {
  const value = fc.jsonValue({ maxDepth: 8 }).filter((v) => !Array.isArray(v))
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const plain = JSON.parse(JSON.stringify(values))
      expect(readJson(Buffer.from(JSON.stringify(values)))).toEqual(plain)
      expect(readJson(Buffer.from(JSON.stringify(values[0])))).toEqual([plain[0]])
    }),
  )
})

test('readJson never throws on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_096 }), (bytes) => void readJson(Buffer.from(bytes))),
    { numRuns: 500 },
  )
})

test('readJson refuses what is no JSON in UTF-8, or too much of it', () => {
  expect(reasonOf('')).toBe('undecodable')
  expect(reasonOf('{"a":1')).toBe('undecodable')
  expect(reasonOf('{"a":NaN}')).toBe('undecodable')
  expect(reasonOf(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toBe('undecodable')
  expect(reasonOf('[]')).toBe('invalid')
  expect(reasonOf(`[${'1,'.repeat(1_000)}1]`)).toBe('too_large')
  expect(reasonOf('['.repeat(200_000))).toBe('undecodable')
  expect(reasonOf(`${'{"a":'.repeat(40)}"${'x'.repeat(2_000)}"${'}'.repeat(40)}`)).toBe('undecodable')
  expect(reasonOf(`{"a":"${'['.repeat(4_000)}\\"${'{'.repeat(100)}"}`)).toBe('read')
})

test('a refusal quotes nothing of the payload', () => {
  const read = readJson(Buffer.from('{"secret-value'))
  expect(read instanceof Refusal && read.detail).toBe('not JSON')
})
