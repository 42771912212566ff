const LONGEST_TTL_MS = 3_600_000
/** The two stand before the data, and the data is long. */
const SEEN = 512

/**
 * For how long (ms from `now`, the city's epoch ms) a GBFS feed says that it will not change: until `last_updated` (epoch
 * seconds, or RFC 3339 from version 3 on) plus `ttl` seconds. 0 where it says nothing usable. At most an hour.
 */
export function feedRestsMs(payload: Buffer, now: number): number {
  const head = payload.toString('latin1', 0, SEEN)
  const ttl = Number(/"ttl"\s*:\s*(\d{1,9})/.exec(head)?.[1] ?? Number.NaN) * 1_000
  const [, seconds, text] = /"last_updated"\s*:\s*(?:(\d{1,11})\b|"([^"]{1,40})")/.exec(head) ?? []
  const updated = seconds === undefined ? Date.parse(text ?? '') : Number(seconds) * 1_000
  if (Number.isNaN(ttl) || Number.isNaN(updated)) return 0
  return Math.min(LONGEST_TTL_MS, ttl, Math.max(0, updated + ttl - now))
}
