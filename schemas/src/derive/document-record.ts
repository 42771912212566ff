import type { FoldDocument } from './fold-document.ts'
import { parseFoldDocument } from './parse-fold-document.ts'

/**
 * A fold document that was put into a stream's log, as it stands in `city.documents` (compacted, key
 * `<stream>|<number>`). It is written before the first marker and again when every partition has one, so that an
 * interrupted run is finished by the next instead of being repeated.
 */
export interface DocumentRecord {
  readonly stream: string
  /** From 1, in the order in which the documents were put into the log. */
  readonly number: number
  /** `abandoned`: it came too late for some partition; the next number replaces it. */
  readonly state: 'begun' | 'done' | 'abandoned'
  /** The end of each partition before the first marker: whoever looks for the markers begins here. */
  readonly starts: readonly string[]
  readonly document: FoldDocument
}

/** The key of a record of `city.documents`: of a stream and number the latest one counts. */
export function documentKey(record: DocumentRecord): string {
  return `${record.stream}|${record.number}`
}

/** The fold marker's value: equal documents give equal bytes. */
export function documentBytes(document: FoldDocument): Buffer {
  return Buffer.from(JSON.stringify(document))
}

/** @throws RangeError for a value that is no such record */
export function parseDocumentRecord(value: Buffer): DocumentRecord {
  const record = JSON.parse(value.toString('utf8')) as DocumentRecord
  const document = parseFoldDocument(documentBytes(record.document))
  const states = ['begun', 'done', 'abandoned']
  if (
    document.stream !== record.stream ||
    !Number.isInteger(record.number) ||
    !states.includes(record.state) ||
    !Array.isArray(record.starts)
  ) {
    throw new RangeError(`city.documents holds what is no record of a document: ${value.toString('utf8').slice(0, 200)}`)
  }
  return { ...record, document }
}
