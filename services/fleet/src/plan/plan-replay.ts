import type { Stream } from '@commonstream/schemas'
import type { Row } from '../rows/row.ts'
import type { Plan, Send } from './plan.ts'
import { seededRandom } from './random.ts'

/** A time during which sensors cannot send, epoch ms, `[from, to)`. */
export interface Hold {
  readonly from: number
  readonly to: number
}

export interface ReplayOptions {
  /** The contract says topic and gateways. */
  readonly stream: Pick<Stream, 'name' | 'source' | 'sensors'>
  /** Sends for the sensors that have no gateway in the contract; by default each of them sends for itself. */
  readonly gateway?: string
  /** Chooses which messages are delayed and sent twice; default 1. */
  readonly seed?: number
  /** Each message is delayed by less than this, so that the order is shuffled; default 0. */
  readonly shuffleMs?: number
  /** Share of messages that are sent twice, 0 to 1; default 0. */
  readonly duplicates?: number
  /** What would be sent during a hold is sent at its end, in order. */
  readonly holds?: readonly Hold[]
  /** Only the first so many rows. */
  readonly limit?: number
  /** The clock's end: rows after it are left out, what is due after it is sent at it. */
  readonly until?: number
}

/** A copy follows its original within this time at most. */
const COPY_WITHIN_MS = 120_000

/**
 * When each row is sent, by whom and with which bytes: every row once, copies besides. Pure: equal arguments, equal plan.
 * A message is due at its reading's time unless it is shuffled, held back or a copy; never earlier.
 */
export function planReplay(rows: readonly Row[], options: ReplayOptions): Plan {
  const { stream, shuffleMs = 0, duplicates = 0, holds = [], until = Number.POSITIVE_INFINITY } = options
  const random = seededRandom(options.seed ?? 1)
  const gateways = new Map(stream.sensors.map((sensor) => [sensor.id, sensor.gateway]))
  const chosen = rows.slice(0, options.limit)
  const sends: Send[] = []
  for (const [row, { sensor, at, payload }] of chosen.entries()) {
    // Drawn for every row, so that one more option does not change what the others chose.
    const [delay, twice, gap] = [random() * shuffleMs, random() < duplicates, random() * COPY_WITHIN_MS]
    if (at > until) continue
    const due = Math.min(until, afterHolds(at + Math.floor(delay), holds))
    const device = gateways.get(sensor) ?? options.gateway ?? sensor
    const send = {
      stream: stream.name,
      device,
      topic: topicOf(stream.source.mqtt, sensor),
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      due,
      row,
      copy: false,
    }
    sends.push(send)
    if (twice) sends.push({ ...send, due: Math.min(until, afterHolds(due + Math.floor(gap), holds)), copy: true })
  }
  sends.sort((a, b) => a.due - b.due)
  const leftOut = chosen.reduce((sum, { at }) => sum + (at > until ? 1 : 0), 0)
  return { streams: [{ stream: stream.name, rows: chosen.length, sends: sends.length, leftOut }], sends }
}

/** The topic of a sensor by the contract's pattern. */
export function topicOf(pattern: string, sensor: string): string {
  return pattern.replace('{sensor}', () => sensor)
}

function afterHolds(due: number, holds: readonly Hold[]): number {
  const hold = holds.find(({ from, to }) => due >= from && due < to)
  return hold === undefined ? due : afterHolds(hold.to, holds)
}
