import { expect, test } from 'vitest'
import { foldDocumentOf } from './fold-document.ts'
import { parseFoldDocument } from './parse-fold-document.ts'
import { twoStreams } from '../support/two-streams.ts'

const city = await twoStreams()
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value))

test.each(city.streams)('the document of $name comes back from its bytes', (stream) => {
  for (const from of [null, Date.UTC(2026, 0, 1)]) {
    const document = foldDocumentOf(stream, from)
    expect(parseFoldDocument(bytesOf(document))).toEqual(document)
    expect(bytesOf(parseFoldDocument(bytesOf(document)))).toEqual(bytesOf(document))
  }
})

test('a protected stream’s document names its sensors, an unprotected one’s does not', () => {
  const sensors = Object.fromEntries(city.streams.map((s) => [s.name, foldDocumentOf(s, null).sensors?.length ?? null]))
  expect(sensors).toEqual({ 'pedestrian-counts': 73, 'bin-levels': null })
})

test('points and labels are of algorithm 2; documents without them stay byte for byte what they were', () => {
  const [stream] = city.streams
  const [property] = stream!.properties
  expect(foldDocumentOf(stream!, null)).toMatchObject({ algorithm: 1, properties: [{ name: property!.name }] })
  expect(Object.keys(foldDocumentOf(stream!, null).properties[0]!)).toEqual(['name', 'kind', 'resolution', 'nullable', 'aggregates'])
  const of = (more: object) => foldDocumentOf({ ...stream!, properties: [{ ...property!, ...more }] }, null)
  expect(of({ kind: 'counter', aggregates: [] }).algorithm).toBe(1)
  const counter = of({ kind: 'counter', aggregates: ['sum'], rollover: '65536' })
  const label = of({ kind: 'state', aggregates: [], label: true })
  expect([counter.algorithm, label.algorithm]).toEqual([2, 2])
  for (const document of [counter, label]) expect(parseFoldDocument(bytesOf(document))).toEqual(document)
})

test('a document of a later algorithm can be read far enough to say so', () => {
  const later = { ...foldDocumentOf(city.streams[0]!, null), algorithm: 99, spell: true, silence: 'golden' }
  expect(parseFoldDocument(bytesOf(later)).algorithm).toBe(99)
})

test.each([
  ['not JSON', Buffer.from('{')],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['no object', bytesOf(5)],
  ['no size', bytesOf({ ...foldDocumentOf(city.streams[0]!, null), sizeMs: undefined })],
  ['a size of nothing', bytesOf({ ...foldDocumentOf(city.streams[0]!, null), sizeMs: 0 })],
  [
    'an unknown kind',
    bytesOf({
      ...foldDocumentOf(city.streams[0]!, null),
      properties: [{ name: 'x', kind: 'tally', resolution: '1', nullable: false, aggregates: [] }],
    }),
  ],
])('%s is no document', (_, bytes) => expect(() => parseFoldDocument(bytes)).toThrow(RangeError))
