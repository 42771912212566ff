import { createHash } from 'node:crypto'
import type { Reading } from './oracle.ts'

/** One event of the ledger. */
export interface LedgerEvent {
  /** Place of its stream in `streams`. */
  readonly stream: number
  readonly sensor: string
  /** Epoch ms. */
  readonly at: number
  /** direction_1, direction_2. */
  readonly values: readonly [number, number]
}

/**
 * What the sensors know: every event that they made, and which of them were acknowledged. Its place in the ledger is an
 * event's `seq`, and says what it counted; so a million take some 20 MB.
 */
export class AckLedger {
  readonly streams: readonly string[]
  readonly sensors: readonly string[]
  readonly #stream: Uint8Array
  readonly #sensor: Uint16Array
  readonly #at: Float64Array
  readonly #acks: Uint8Array
  /** Events that were made. */
  length = 0
  /** Events of which at least one PUBACK came. */
  acknowledged = 0
  /** PUBACKs that came, those for repetitions included. */
  pubacks = 0

  constructor(o: { streams: readonly string[]; sensors: readonly string[]; capacity: number }) {
    this.streams = o.streams
    this.sensors = o.sensors
    this.#stream = new Uint8Array(o.capacity)
    this.#sensor = new Uint16Array(o.capacity)
    this.#at = new Float64Array(o.capacity)
    this.#acks = new Uint8Array(o.capacity)
  }

  /** A sensor (its place in `sensors`) makes an event; returns its seq. */
  add(stream: number, sensor: number, at: number): number {
    const seq = this.length
    if (seq === this.#at.length) throw new RangeError(`the ledger is full with ${seq} events`)
    this.#stream[seq] = stream
    this.#sensor[seq] = sensor
    this.#at[seq] = at
    this.length++
    return seq
  }

  event(seq: number): LedgerEvent {
    if (seq >= this.length) throw new RangeError(`there is no event ${seq}`)
    const sensor = this.sensors[this.#sensor[seq] as number] as string
    return { stream: this.#stream[seq] as number, sensor, at: this.#at[seq] as number, values: valuesOf(seq) }
  }

  topic(seq: number): string {
    const { stream, sensor } = this.event(seq)
    return `city/${this.streams[stream]}/${sensor}`
  }

  payload(seq: number): string {
    const { at, values } = this.event(seq)
    return `{"at":${at},"seq":${seq},"direction_1":${values[0]},"direction_2":${values[1]}}`
  }

  /** A PUBACK came for this payload. */
  acknowledge(payload: string): void {
    const seq = Number(/"seq":(\d+)/.exec(payload)?.[1])
    if (payload !== this.payload(seq)) throw new Error(`acknowledged was what nobody sent: ${payload}`)
    if (this.#acks[seq] === 0) this.acknowledged++
    this.#acks[seq] = 1
    this.pubacks++
  }

  isAcknowledged(seq: number): boolean {
    return this.#acks[seq] === 1
  }

  /** The event id of docs/architecture.md as 16 bytes, each a character; written a second time, nothing of the bridge's is used. */
  id(seq: number): string {
    const { sensor, at, values } = this.event(seq)
    const parts = [sensor, String(at), '', String(seq), String(values[0]), String(values[1])]
    const identity = parts.map((part) => `${Buffer.byteLength(part)}:${part},`).join('')
    return createHash('sha256').update(identity).digest().toString('latin1', 0, 16)
  }

  /** The events of one stream, as the oracle takes them. */
  readings(stream: number): Reading[] {
    const readings: Reading[] = []
    for (let seq = 0; seq < this.length; seq++) {
      if (this.#stream[seq] !== stream) continue
      const { sensor, at, values } = this.event(seq)
      readings.push({ sensor, at, values: { direction_1: values[0], direction_2: values[1] } })
    }
    return readings
  }
}

export const MEAN_VALUE = 14.5

/** What an event counted, from its seq alone: 0 to 29 each way. */
function valuesOf(seq: number): [number, number] {
  const mixed = Math.imul(seq ^ (seq >>> 15), 0x2c1b3c6d) >>> 0
  return [mixed % 30, (mixed >>> 8) % 30]
}
