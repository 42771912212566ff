import { CityError } from './errors.ts'

/** What time it is: for the city (which may be a replay) and for this machine. Both in epoch milliseconds. */
export interface Clock {
  /** The city's time. */
  now(): number
  /** The machine's time. */
  real(): number
  /** City milliseconds per machine millisecond; 1 unless a replay runs. */
  readonly speed: number
  /** The replay's start, or null when the city lives in the present. */
  readonly replayOf: number | null
}

/**
 * The city's clock. `spec` is `<start>@<speed>` or `<start>@<speed>/<end>` (RFC 3339 instants); at `end` the clock
 * stands still. `origin` is the machine's time at which the replay showed `start`: all services of a stack share it.
 * @throws CityError `CLOCK_INVALID`
 */
export function cityClock(spec: string | undefined, origin: number | undefined, real: () => number = Date.now): Clock {
  if (spec === undefined || spec === '') return { now: real, real, speed: 1, replayOf: null }
  const match = /^([^@]+)@(\d+(?:\.\d+)?)(?:\/(.+))?$/.exec(spec)
  const start = Date.parse(match?.[1] ?? '')
  const speed = Number(match?.[2])
  const end = match?.[3] === undefined ? Number.POSITIVE_INFINITY : Date.parse(match[3])
  if (Number.isNaN(start) || Number.isNaN(end) || !(speed > 0) || origin === undefined) {
    throw new CityError(
      'CLOCK_INVALID',
      `CITY_CLOCK is "${spec}": want <start>@<speed> or <start>@<speed>/<end>, with CITY_CLOCK_ORIGIN set`,
    )
  }
  return { now: () => Math.min(end, Math.round(start + (real() - origin) * speed)), real, speed, replayOf: start }
}
