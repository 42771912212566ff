const FIRST_BACK_OFF_MS = 1_000
const LONGEST_BACK_OFF_MS = 15 * 60_000
/** So many times the interval a back-off may reach. */
const MOST_INTERVALS = 10

/**
 * How long (ms) to wait after a poll that began `elapsedMs` ago. After a good one the next begins `everyMs` after it did,
 * and not before the feed is due to change (`notBeforeMs` from now). After `failures` in a row: doubling from a second (or
 * the interval), up to ten intervals and at most a quarter of an hour (or the interval), half of it at random, so that many
 * bridges do not come back at once; `retryAfterMs` is the server's own word and the least.
 * @param random in [0, 1)
 */
export function nextWait(o: {
  everyMs: number
  elapsedMs: number
  failures: number
  retryAfterMs: number | null
  notBeforeMs: number
  random: number
}): number {
  const { everyMs, failures } = o
  if (failures === 0) return Math.max(0, everyMs - o.elapsedMs, o.notBeforeMs)
  const most = Math.max(everyMs, Math.min(MOST_INTERVALS * everyMs, LONGEST_BACK_OFF_MS))
  const full = Math.min(most, Math.min(FIRST_BACK_OFF_MS, everyMs) * 2 ** Math.min(failures - 1, 30))
  return Math.max(full * (0.5 + o.random / 2), o.retryAfterMs ?? 0)
}
