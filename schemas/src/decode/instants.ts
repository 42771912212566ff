const FURTHEST_MS = 8.64e15
/** Below this a number is read as seconds: as milliseconds it would lie before 1973-03-03. */
const SECONDS_BELOW = 1e11
const LONGEST_TEXT = 40

const OFFSET = /(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$/
const DATE_LENGTH = 10
const DAY_FIRST = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(.*)$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/

/**
 * The instant, in epoch ms, that a published time means; null where it means none.
 *
 * Takes RFC 3339 with an offset (fractions beyond a millisecond are cut off), whole epoch seconds or milliseconds (as
 * text: of ten or thirteen digits), and, if a zone is given, local times of it: `2016-06-03 13:23:26`,
 * `2016-06-03T13:23`, `201606031323`, a date alone (its first instant) and the same with the day first
 * (`03/06/2016 13:23`). A local time that a clock change skips is none; of two that it repeats the earlier is meant.
 * @param zone IANA time zone of local times; null where they are refused
 */
export function instantOf(value: unknown, zone: string | null): number | null {
  if (typeof value === 'number') return epochMs(value)
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return null
  const text = yearFirst(value.trim())
  if (/^(?:\d{10}|\d{13})$/.test(text)) return epochMs(Number(text))
  try {
    if (OFFSET.test(text.slice(DATE_LENGTH))) return Temporal.Instant.from(text).epochMilliseconds
    return zone === null ? null : localInstant(text, zone)
  } catch (error) {
    // Temporal's way to say that a text is no time.
    if (error instanceof RangeError) return null
    throw error
  }
}

function epochMs(value: number): number | null {
  if (!Number.isInteger(value)) return null
  const ms = Math.abs(value) < SECONDS_BELOW ? value * 1_000 : value
  return Math.abs(ms) <= FURTHEST_MS ? ms : null
}

/** Writes a time as ISO 8601 does, with year, month, day and hyphens. */
export function yearFirst(text: string): string {
  const [, day, month, year, rest] = DAY_FIRST.exec(text) ?? []
  if (day !== undefined && month !== undefined) return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${rest}`
  const [, y, m, d, hour, minute, second = '00'] = COMPACT.exec(text) ?? []
  if (y === undefined) return text
  return hour === undefined ? `${y}-${m}-${d}` : `${y}-${m}-${d}T${hour}:${minute}:${second}`
}

function localInstant(text: string, zone: string): number | null {
  if (text.length === DATE_LENGTH) return Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds
  const local = Temporal.PlainDateTime.from(text)
  const zoned = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
  return zoned.toPlainDateTime().equals(local) ? zoned.epochMilliseconds : null
}
