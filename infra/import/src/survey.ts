import type { Stream } from '@commonstream/schemas'
import type { ImportMapping } from './mapping.ts'
import { type LeftOut, type Row, type RowReading, rowReader } from './row-readings.ts'

const DAY_MS = 86_400_000

/** Readings that are held in memory at once, and months that one insert may reach over. */
const MOST_READINGS = 400_000
const MOST_MONTHS = 60

/** Unknown names that are told; of a file in the wrong columns every row would have another. */
const MOST_NAMES = 1_000

/** Some days of a file (UTC, by the start of windows) that are written together. */
export interface Batch {
  /** Epoch ms, half-open. */
  readonly from: number
  readonly to: number
  readonly readings: number
}

/** What a file holds. */
export interface Survey {
  readonly rows: number
  readonly readings: number
  readonly leftOut: ReadonlyMap<LeftOut | Age, number>
  /** Names that no sensor has (the first thousand), with how often each stands there. */
  readonly unknown: ReadonlyMap<string, number>
  readonly batches: readonly Batch[]
}

/** Too young: can still come as events. Too old: would expire at once. */
export type Age = 'recent' | 'expired'

/** The readings of a file that may become windows, as `survey` and the writing both read them. */
export function readingsOf(
  stream: Stream,
  mapping: ImportMapping,
  now: number,
): (row: Row | null) => readonly (RowReading | { readonly leftOut: LeftOut | Age; readonly name?: string })[] {
  const read = rowReader(stream, mapping)
  const size = mapping.windowMs ?? stream.window.sizeMs
  return (row) => {
    if (row === null) return [{ leftOut: 'invalid' }]
    return read(row).map((outcome) => {
      if ('leftOut' in outcome) return outcome
      const start = Math.floor(outcome.at / size) * size
      if (start + size + stream.time.behindMs > now) return { leftOut: 'recent' as const }
      return start + stream.retention.windowsMs <= now ? { leftOut: 'expired' as const } : outcome
    })
  }
}

/** Reads a file once and plans what is written together. The plan is the same for the same file and mapping. */
export async function survey(rows: AsyncIterable<Row | null>, stream: Stream, mapping: ImportMapping, now: number): Promise<Survey> {
  const read = readingsOf(stream, mapping, now)
  const size = mapping.windowMs ?? stream.window.sizeMs
  const leftOut = new Map<LeftOut | Age, number>()
  const unknown = new Map<string, number>()
  const days = new Map<number, number>()
  let [count, readings] = [0, 0]
  for await (const row of rows) {
    count++
    for (const outcome of read(row)) {
      if ('leftOut' in outcome) {
        add(leftOut, outcome.leftOut)
        if (outcome.name !== undefined && (unknown.size < MOST_NAMES || unknown.has(outcome.name))) add(unknown, outcome.name)
        continue
      }
      readings++
      add(days, Math.floor((Math.floor(outcome.at / size) * size) / DAY_MS))
    }
  }
  return { rows: count, readings, leftOut, unknown, batches: batchesOf(days) }
}

function add<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

function batchesOf(days: ReadonlyMap<number, number>): Batch[] {
  const batches: { from: number; to: number; readings: number }[] = []
  for (const [day, readings] of [...days].sort(([a], [b]) => a - b)) {
    const from = day * DAY_MS
    const last = batches.at(-1)
    const fits = last !== undefined && last.readings + readings <= MOST_READINGS && from - last.from < MOST_MONTHS * 28 * DAY_MS
    if (fits) Object.assign(last, { to: from + DAY_MS, readings: last.readings + readings })
    else batches.push({ from, to: from + DAY_MS, readings })
  }
  return batches
}
