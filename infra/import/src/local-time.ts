import { yearFirst } from '@commonstream/schemas/decode/instants.ts'

/**
 * What a time of a file means: an instant (epoch ms), or why none. `ambiguous`: the clock showed it twice; `missing`: the
 * clock skipped it; `no_time`: it is no time.
 */
export type FileTime = number | 'ambiguous' | 'missing' | 'no_time'

/** Which of the two instants a repeated local time means; null where nobody can say. */
export type Ambiguous = 'earlier' | 'later' | null

const OFFSET = /(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$/
const DATE_LENGTH = 10
const HOUR = /^(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?$/

/**
 * The instant of a row's time, with the day first or the year first, with an offset or as a local time of `zone`.
 * @param hour what another column says of the time of day: `7`, `07:15`
 */
export function fileTime(text: string, hour: string | null, zone: string, ambiguous: Ambiguous): FileTime {
  const date = yearFirst(text.trim())
  try {
    if (hour === null && OFFSET.test(date.slice(DATE_LENGTH))) return Temporal.Instant.from(date).epochMilliseconds
    if (hour === null && date.length === DATE_LENGTH) return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
    return instantOf(hour === null ? Temporal.PlainDateTime.from(date) : atHour(date, hour), zone, ambiguous)
  } catch (error) {
    // Temporal's way to say that a text is no time.
    if (error instanceof RangeError) return 'no_time'
    throw error
  }
}

function atHour(date: string, hour: string): Temporal.PlainDateTime {
  const [, h, minute = '0', second = '0'] = HOUR.exec(hour.trim()) ?? []
  if (h === undefined || date.length !== DATE_LENGTH) throw new RangeError('no time of day')
  return Temporal.PlainDate.from(date).toPlainDateTime(
    Temporal.PlainTime.from({ hour: Number(h), minute: Number(minute), second: Number(second) }, { overflow: 'reject' }),
  )
}

function instantOf(local: Temporal.PlainDateTime, zone: string, ambiguous: Ambiguous): FileTime {
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds
  if (!earlier.toPlainDateTime().equals(local)) return 'missing'
  return ambiguous === null ? 'ambiguous' : (ambiguous === 'earlier' ? earlier : later).epochMilliseconds
}
