/**
 * What one row (a window of a sensor that is open, or a sensor's account in the chunk at hand) may cost of the heap, from
 * its first event until its closed window is written: measured at 350 to 500 bytes, and as much again while it is
 * published (docs/memory.md).
 */
const ROW_BYTES = 1_024
/** The rest of the heap is for code, batches of records, and garbage that is not collected yet. */
const SHARE = 0.5

/** How many rows all partitions of a worker may hold together, in a heap of at most so many bytes. */
export function rowsWithin(heapBytes: number): number {
  return Math.floor((heapBytes * SHARE) / ROW_BYTES)
}

/**
 * Whether a partition that holds `own` rows must stand still, where the partitions of the worker (it among them) hold
 * `all` and may hold `limit`: only one that holds at least its share, so that those with few sensors go on.
 */
export function isCrowded(own: number, all: readonly number[], limit: number): boolean {
  const total = all.reduce((a, b) => a + b, 0)
  return total > limit && own * all.length >= total
}
