/**
 * What one row (a window of a sensor that is open, or a sensor's account in the chunk at hand) may cost of the heap, from
 * its first event until its closed window is written: measured at 350 to 500 bytes, and as much again while it is
 * published (docs/memory.md).
 */
const ROW_BYTES = 1_024
/** Code and what never grows. */
const FIXED_BYTES = 60 * 2 ** 20
/** V8 counts its young generation (three times 32 MB) into the limit, and no row stays there. */
const YOUNG_BYTES = 96 * 2 ** 20
/** The rest is for batches of records, and garbage that is not collected yet. */
const SHARE = 0.5
/** In a heap that is hardly larger than what never grows, a worker takes at least so much. */
const LEAST_SHARE = 0.1

/**
 * How many rows all partitions of a worker may hold together: the formula of docs/memory.md.
 * @param limitBytes V8's limit, `heap_size_limit`
 */
export function rowsWithin(limitBytes: number): number {
  const free = (limitBytes - YOUNG_BYTES - FIXED_BYTES) * SHARE
  return Math.floor(Math.max(free, limitBytes * LEAST_SHARE) / ROW_BYTES)
}

/**
 * Whether a partition that holds `own` rows must stand still, where the partitions of the worker (it among them) hold
 * `all` and may hold `limit`: only one that holds at least its share, so that those with few sensors go on.
 */
export function isCrowded(own: number, all: readonly number[], limit: number): boolean {
  const total = all.reduce((a, b) => a + b, 0)
  return total > limit && own * all.length >= total
}
