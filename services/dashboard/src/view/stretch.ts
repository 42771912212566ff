import type { StreamAnswer } from '../answers/answers.ts'
import type { Range } from '../address/address.ts'
import { addDays, dateOf, startOf } from '../time/local.ts'

/** The stretch of time that a curve shows, in whole local days, and the steps it is asked for in. */
export interface Stretch {
  readonly from: number
  readonly to: number
  /** `every=` of the question. */
  readonly every: string
  /** The last local day, `YYYY-MM-DD`. */
  readonly lastDay: string
  /** Whether the stretch holds the present. */
  readonly live: boolean
}

const DAYS: Readonly<Record<Range, number>> = { day: 1, week: 7, month: 30 }
const HOUR = 3_600_000
const DAY = 24 * HOUR
const LEAST: Readonly<Record<Range, number>> = { day: 0, week: HOUR, month: DAY }

/** The stretch for a range that ends with the local day `until` (null: today); a day after today is today. */
export function stretchOf(stream: StreamAnswer, range: Range, until: string | null, now: number): Stretch {
  const today = dateOf(now, stream.zone)
  const lastDay = until === null || until > today ? today : until
  const to = startOf(addDays(lastDay, 1), stream.zone)
  return {
    from: startOf(addDays(lastDay, 1 - DAYS[range]), stream.zone),
    to,
    every: everyOf(stream, range),
    lastDay,
    live: lastDay === today,
  }
}

/** The ranges that make a curve of a stream: a day of a stream that reports once a day is a point. */
export function rangesOf(stream: StreamAnswer): readonly Range[] {
  return stream.everyMs >= DAY / 2 ? ['month', 'week'] : ['day', 'week', 'month']
}

/** The last day of the stretch before (`-1`) or after (`1`); null where that is the present. */
export function moved(stretch: Stretch, range: Range, direction: -1 | 1, now: number, zone: string): string | null {
  const day = addDays(stretch.lastDay, direction * DAYS[range])
  return day >= dateOf(now, zone) ? null : day
}

/** The steps of a range, under about 170 of them: windows, hours or days, none shorter than the stream reports. */
function everyOf(stream: StreamAnswer, range: Range): string {
  const least = Math.max(stream.everyMs, LEAST[range])
  const steps: readonly (readonly [string, number])[] = [
    [stream.window, stream.windowMs],
    ['PT1H', HOUR],
    ['P1D', DAY],
    ['P7D', 7 * DAY],
  ]
  return steps.find(([, ms]) => ms >= least && ms >= stream.windowMs)?.[0] ?? stream.window
}
