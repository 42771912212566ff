import { loadMinutes, type LoadOptions } from './log-load.ts'
import { expectedWindows, type Reading } from './oracle.ts'

/** Figures of one sensor's window of a made stream, as a query gives them: `start` in epoch ms, `a` and `b` its sums. */
export interface LoadRow {
  readonly sensor: string
  readonly start: number
  readonly count: number | null
  readonly a: number
  readonly b: number
}

/** The events of a load, as a reader of its source would list them. */
export function readingsOf(load: LoadOptions): Reading[] {
  return [...loadMinutes(load)].flatMap(({ events }) =>
    events.map((e) => ({ sensor: e.sensor, at: e.at, values: { direction_1: e.values[0], direction_2: e.values[1] } })),
  )
}

/** Differences between rows and what the readings say, by sensor and window. */
export function loadDifferences(have: readonly LoadRow[], readings: readonly Reading[], counted: boolean): string[] {
  const want = expectedWindows(readings, ['direction_1', 'direction_2'], 900_000)
  const out: string[] = []
  for (const row of have) {
    const w = want.get(`${row.sensor}|${row.start}`)
    const same =
      w && (!counted || row.count === w.events) && row.a === w.figures['direction_1']?.sum && row.b === w.figures['direction_2']?.sum
    if (!same) out.push(`${row.sensor} ${new Date(row.start).toISOString()}: ${JSON.stringify(row)} for ${JSON.stringify(w?.figures)}`)
  }
  return out
}
