import fc from 'fast-check'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { readInstant, readList, readParameters, readRange } from './parameters.ts'

const schema = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 9, default: 5 }),
    by: Type.Optional(Type.Enum(['a', 'b'])),
    name: Type.String({ maxLength: 3 }),
  },
  { additionalProperties: false },
)
const names = (raw: Record<string, unknown>) => readParameters(schema, raw).faults.map((fault) => fault.parameter)

test('parameters are converted, defaults filled in, and every fault is named once', () => {
  expect(readParameters(schema, { name: 'x', limit: '7' })).toEqual({ values: { name: 'x', limit: 7 }, faults: [] })
  expect(readParameters(schema, { name: 'x', by: '' })).toEqual({ values: { name: 'x', limit: 5 }, faults: [] })
  expect(names({ limit: '1.5', by: 'c', colour: 'red' }).sort()).toEqual(['by', 'colour', 'limit', 'name'])
  expect(names({ name: ['x', 'y'], limit: '0' }).sort()).toEqual(['limit', 'name'])
  for (const limit of ['1e0', '0x1', ' 1', '10', 'NaN']) expect(names({ name: 'x', limit })).toEqual(['limit'])
})

test('an instant needs its offset; a lost + is explained', () => {
  expect(readInstant('from', '2023-06-05T10:00:00+10:00')).toEqual({ value: Date.UTC(2023, 5, 5) })
  expect(readInstant('from', '2023-06-05T00:00Z')).toEqual({ value: Date.UTC(2023, 5, 5) })
  expect(readInstant('from', '2023-06-05T10:00:00 10:00')).toMatchObject({ fault: { detail: expect.stringContaining('%2B') } })
  for (const text of [
    '',
    '2023-06-05',
    '2023-06-05T10:00:00',
    '2023-13-05T10:00:00Z',
    '1969-12-31T00:00:00Z',
    '2101-01-01T00:00:00Z',
    '1685923200',
  ]) {
    expect(readInstant('from', text)).toHaveProperty('fault')
  }
})

test('any instant that a clock can show is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2099, 0) }), (at) => {
      expect(readInstant('to', new Date(at).toISOString())).toEqual({ value: at })
    }),
  )
})

test('a range is the last day unless it says otherwise, and never empty', () => {
  const now = Date.UTC(2023, 5, 5)
  const day = 86_400_000
  expect(readRange({}, now)).toEqual({ range: { from: now - day, to: now }, faults: [] })
  expect(readRange({ to: '2023-06-01T00:00:00Z' }, now).range).toEqual({ from: Date.UTC(2023, 4, 31), to: Date.UTC(2023, 5, 1) })
  expect(readRange({ from: '2023-06-06T00:00:00Z' }, now).faults).toMatchObject([
    { parameter: 'from', detail: expect.stringContaining('present') },
  ])
  expect(readRange({ from: 'x', to: 'y' }, now).faults.map((fault) => fault.parameter)).toEqual(['to', 'from'])
})

test('a list is split by commas, without blanks and repetitions', () => {
  expect(readList(' a,b,,a, c ')).toEqual(['a', 'b', 'c'])
})
