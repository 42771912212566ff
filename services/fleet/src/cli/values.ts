import { CityError } from '@commonstream/runtime/errors.ts'
import type { Hold } from '../plan/plan-replay.ts'

/** What `parseArgs` gives for an option. */
export type Given = string | undefined

/** An option that makes no sense. */
export function usageError(message: string): CityError {
  return new CityError('USAGE', message)
}

/** A number between two bounds, or the default. */
export function numberOf(name: string, given: Given, fallback: number, bounds: { min: number; max?: number; whole?: boolean }): number {
  if (given === undefined) return fallback
  const { min, max = Number.POSITIVE_INFINITY, whole = false } = bounds
  const value = Number(given)
  if (given.trim() !== '' && value >= min && value <= max && (!whole || Number.isInteger(value))) return value
  throw usageError(
    `--${name} is "${given}": want ${whole ? 'a whole number' : 'a number'} of at least ${min}${max === Number.POSITIVE_INFINITY ? '' : ` and at most ${max}`}`,
  )
}

/** A share, 0 to 1, by default 0. */
export function shareOf(name: string, given: Given): number {
  return numberOf(name, given, 0, { min: 0, max: 1 })
}

/** `<from>..<to>`, two RFC 3339 instants with offset, in order. */
export function holdOf(given: string): Hold {
  const [from, to] = given.split('..').map((text) => (/T.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN))
  if (from !== undefined && to !== undefined && from < to) return { from, to }
  throw usageError(`--hold is "${given}": want <from>..<to>, two instants like 2023-06-05T06:00:00+10:00, the earlier one first`)
}
