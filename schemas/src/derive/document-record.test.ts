import { foldDocumentOf } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { type DocumentRecord, documentKey, parseDocumentRecord } from './document-record.ts'
import { twoStreams } from '../support/two-streams.ts'

const stream = (await twoStreams()).streams[0]!
const record: DocumentRecord = {
  stream: stream.name,
  number: 3,
  state: 'begun',
  starts: ['12', '0'],
  document: foldDocumentOf(stream, 1_800_000_000_000),
}

test('a record comes back from its bytes', () => {
  expect(parseDocumentRecord(Buffer.from(JSON.stringify(record)))).toEqual(record)
  expect(documentKey(record)).toBe('bin-levels|3')
})

test.each([{ state: 'lost' }, { number: 1.5 }, { stream: 'another' }, { starts: '0' }, { document: {} }])('%j is none', (more) => {
  expect(() => parseDocumentRecord(Buffer.from(JSON.stringify({ ...record, ...more })))).toThrow(RangeError)
})
