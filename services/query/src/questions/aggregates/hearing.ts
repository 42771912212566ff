import type { Sensor, Stream } from '@commonstream/schemas'

const DAY_MS = 86_400_000
const INTERVALS = 3

/** In a stream that any sensor may join, those heard within a day are expected. */
export const OPEN_MS = DAY_MS

/**
 * How long (ms) a sensor counts as reporting after it was heard: 3 of the stream's intervals, a day where zeros are not
 * sent; of a slower sensor 3 of its own, or it would seem dead between two readings that come when they should.
 */
export function hearingMs({ source }: Pick<Stream, 'source'>, { everyMs }: Pick<Sensor, 'everyMs'>): number {
  return Math.max(source.silence === 'zero' ? DAY_MS : INTERVALS * source.everyMs, INTERVALS * everyMs)
}

/** The longest of some sensors' hearing, and at least what the stream says of all. */
export function longestHearingMs(stream: Pick<Stream, 'source'>, sensors: readonly Pick<Sensor, 'everyMs'>[]): number {
  return sensors.reduce((longest, sensor) => Math.max(longest, hearingMs(stream, sensor)), hearingMs(stream, { everyMs: 0 }))
}

/** How far before a step one must look to know which of some sensors it could expect and who was heard. */
export function lookBackMs(stream: Pick<Stream, 'source'>, sensors: readonly Pick<Sensor, 'everyMs'>[]): number {
  const hearing = longestHearingMs(stream, sensors)
  return stream.source.sensors === 'open' ? Math.max(OPEN_MS, hearing) : hearing
}
