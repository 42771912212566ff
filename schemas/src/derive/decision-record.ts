import { createHash } from 'node:crypto'
import type { Decision } from '../contract/stream.ts'
import type { AssessedScope } from './assessed-scope.ts'

/**
 * A decision as it stands in `city.decisions` (never deleted) and in the table of that name, written by `apply`. The
 * digest is over the decision and the digest before it, so a stream's last one vouches for all of them.
 */
export interface DecisionRecord extends Decision {
  readonly stream: string
  /** From 1, in the order of the stream's decisions. */
  readonly number: number
  /** What was approved; a prolonging or withdrawing leaves it as it was. */
  readonly scope: AssessedScope
  /** When `apply` wrote it down, RFC 3339. */
  readonly recorded: string
  /** Digest of the decision before, empty for the first. */
  readonly previous: string
  readonly digest: string
}

/** SHA-256, in hex, of what was decided about a stream and of the digest before. */
export function decisionDigest(stream: string, number: number, d: Decision, previous: string): string {
  const said = [stream, number, d.decision, d.on, d.by, d.reference, d.review, d.reason, previous]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}

/** @throws RangeError for a value that is no such record, or whose digest is not its own */
export function parseDecisionRecord(value: Buffer | string): DecisionRecord {
  const record = JSON.parse(value.toString()) as DecisionRecord
  const { stream, number, previous, digest, recorded, scope } = record
  const whole = typeof stream === 'string' && Number.isInteger(number) && typeof recorded === 'string' && typeof scope === 'object'
  if (!whole || decisionDigest(stream, number, record, previous) !== digest)
    throw new RangeError(`city.decisions holds what is no record of a decision: ${value.toString().slice(0, 200)}`)
  return record
}
