/** Where an instant lies in a local calendar. */
export interface LocalTime {
  /** `2023-06-05` */
  readonly date: string
  /** 0–23; on the day that clocks go back one hour occurs twice, told apart by the offset. */
  readonly hour: number
  /** `+10:00` */
  readonly offset: string
}

/** The local date, hour and UTC offset of an instant (epoch ms). */
export function localTime(at: number, zone: string): LocalTime {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return { date: time.toPlainDate().toString(), hour: time.hour, offset: time.offset }
}

/** An instant (epoch ms) as RFC 3339 in UTC, without milliseconds where there are none. */
export function utc(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** Whether `zone` names a time zone that this machine knows (IANA, or an offset such as `+10:00`). */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const known = new Map<string, number>()

/** The beginning of a local day, or an instant, in epoch ms. Registers name few dates and ask for them in every row: remembered. */
export function instantOf(date: string, zone: string): number {
  const key = `${date} ${zone}`
  let instant = known.get(key)
  if (instant === undefined) {
    instant = /[Tt]/.test(date)
      ? Temporal.Instant.from(date).epochMilliseconds
      : Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
    known.set(key, instant)
  }
  return instant
}
