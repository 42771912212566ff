/** A time with an offset, so many days later (earlier where negative); the offset stays. */
export function shiftInstant(text: string, days: number): string {
  const offset = /(Z|[+-]\d{2}:\d{2})$/.exec(text)?.[1]
  if (offset === undefined) throw new Error(`"${text}" has no offset`)
  const zone = offset === 'Z' ? 'UTC' : offset
  const moved = Temporal.Instant.from(text).toZonedDateTimeISO(zone).add({ days })
  return `${moved.toPlainDateTime().toString()}${offset}`
}

/** A local time, so many days later; its form stays (`2016-06-03 13:23:26`, with a blank or a T). */
export function shiftLocal(text: string, days: number): string {
  const moved = Temporal.PlainDateTime.from(text).add({ days }).toString({ smallestUnit: 'second' })
  return text.includes('T') ? moved : moved.replace('T', ' ')
}
