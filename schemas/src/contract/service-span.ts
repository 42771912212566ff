import type { Sensor } from './stream.ts'

/** When a sensor may send (epoch ms, half-open). */
export interface ServiceSpan {
  readonly from: number
  readonly until: number
}

/**
 * A sensor's time in service: from the beginning of the day it was installed to the end of the day it was removed, days
 * being those of the contract's time zone. Null where the register names neither.
 */
export function serviceSpan({ installed, removed }: Pick<Sensor, 'installed' | 'removed'>, zone: string): ServiceSpan | null {
  if (installed === null && removed === null) return null
  const start = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds
  return {
    from: installed === null ? Number.NEGATIVE_INFINITY : start(Temporal.PlainDate.from(installed)),
    until: removed === null ? Number.POSITIVE_INFINITY : start(Temporal.PlainDate.from(removed).add({ days: 1 })),
  }
}
