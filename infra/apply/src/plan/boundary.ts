/** A bridge pages when its clock and the brokers' differ by more than 5 s; markers keep well away from that. */
export const SKEW_MARGIN_MS = 60_000

/**
 * The first instant after `instant` at which windows of every one of the sizes begin: where one fold document may
 * follow another (protocol section 2). Windows are counted from the epoch.
 */
export function boundaryAfter(instant: number, sizesMs: readonly number[]): number {
  const common = sizesMs.reduce(leastCommonMultiple)
  return (Math.floor(instant / common) + 1) * common
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}
