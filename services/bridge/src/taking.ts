import type { Decoded } from './decode/decoder.ts'
import type { Refusal } from './decode/refusal.ts'

/** How a payload that came by no topic is taken. */
export interface TakeFor {
  readonly sensor?: string
  readonly sensorPart?: string
  /** Who must be the sensor or the gateway of each reading; null where anybody may speak for all. */
  readonly speaker: string | null
  /** True where its readings are in the stream's own names (`json`), whatever the contract's codec. */
  readonly own?: boolean
  readonly isNews?: (digest: string) => boolean
}

/** What became of such a payload. */
export interface Taking {
  readonly readings: number
  /** Those that may be stored, the repeated ones included. */
  readonly events: number
  readonly repeated: number
  readonly refused: Decoded['refused']
  /** Records under way to Kafka. */
  readonly records: number
}

/** What became of a payload of which nothing was taken. */
export function refusedWhole(refusal: Refusal, bytes: Buffer | null, records: number): Taking {
  const refused = [{ refusal, sensor: null, index: null, bytes: bytes ?? Buffer.alloc(0) }]
  return { readings: 0, events: 0, repeated: 0, refused, records }
}
