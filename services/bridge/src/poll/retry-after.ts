const DAY_MS = 86_400_000

/** How long (ms, at most a day) a `Retry-After` asks to wait: seconds or a date; null where it says nothing usable. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Math.min(DAY_MS, Number(text) * 1_000)
  const at = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.min(DAY_MS, Math.max(0, at - now))
}
