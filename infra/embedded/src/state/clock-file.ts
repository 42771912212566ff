import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { cityClock } from '@commonstream/runtime/clock.ts'
import { CityError } from '@commonstream/runtime/errors.ts'
import { writeSecret } from './write-secret.ts'

/** A replay's clock as services take it (CITY_CLOCK, CITY_CLOCK_ORIGIN). */
export interface ReplayClock {
  readonly clock: string
  /** The machine's epoch ms at which the replay showed its start; null before that. */
  readonly origin: number | null
}

/**
 * The clock of a state folder, or null when the city lives in the present. A folder keeps the clock of its first start,
 * and the moment when that was: its events bear that clock's times.
 * @param wanted CITY_CLOCK, if given
 * @throws CityError `CLOCK_INVALID` when it is none, or another one than the folder's
 */
export function clockOf(dir: string, wanted: string | undefined): ReplayClock | null {
  const elsewhere = `and CITY_CLOCK is ${wanted}: choose another CITY_DATA_DIR`
  const file = path.join(dir, 'clock.json')
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as ReplayClock
    if (wanted === undefined || wanted === kept.clock) return kept
    throw new CityError('CLOCK_INVALID', `${dir} holds a replay on the clock ${kept.clock}, ${elsewhere}`)
  }
  if (wanted === undefined) return null
  if (existsSync(path.join(dir, 'kafka'))) throw new CityError('CLOCK_INVALID', `${dir} holds a city of the present, ${elsewhere}`)
  cityClock(wanted, 0)
  return { clock: wanted, origin: null }
}

/** Lets a replay begin at `now` unless it has begun, and keeps that for the next start. */
export function beginClock(dir: string, clock: ReplayClock, now: number): ReplayClock & { readonly origin: number } {
  if (clock.origin !== null) return { clock: clock.clock, origin: clock.origin }
  const begun = { clock: clock.clock, origin: now }
  writeSecret(path.join(dir, 'clock.json'), `${JSON.stringify(begun)}\n`)
  return begun
}
