const MS = { Y: 365.25 * 86_400_000, W: 7 * 86_400_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const

const DURATION = /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/

/**
 * An ISO 8601 duration in milliseconds, null if it is none. A day is 24 hours and a year 365.25 days; months are
 * refused, because nobody knows how long they are.
 */
export function durationMs(text: string): number | null {
  const match = DURATION.exec(text)
  if (match === null) return null
  const [, years, weeks, days, hours, minutes, seconds] = match.map((part) => Number(part ?? 0))
  return Math.round(years! * MS.Y + weeks! * MS.W + days! * MS.D + hours! * MS.H + minutes! * MS.M + seconds! * MS.S)
}
