const FIRST_MS = 500
const LONGEST_MS = 30_000

/** Having run for so long counts as a success. */
export const STEADY_MS = 60_000

/** How long to wait before starting again what has failed so many times in a row: half a second, doubling to 30 s. */
export function backOff(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
}
