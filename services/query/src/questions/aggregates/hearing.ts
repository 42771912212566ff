import type { Stream } from '@commonstream/schemas'

const DAY_MS = 86_400_000

/** In a stream that any sensor may join, those heard within a day are expected. */
export const OPEN_MS = DAY_MS

/** How long a sensor counts as reporting after it was heard: 3 intervals; a day where zeros are not sent. */
export function hearingMs({ source }: Pick<Stream, 'source'>): number {
  return source.silence === 'zero' ? DAY_MS : 3 * source.everyMs
}

/** How far before a step one must look to know whom it could expect and who was heard. */
export function lookBackMs(stream: Pick<Stream, 'source'>): number {
  return stream.source.sensors === 'open' ? Math.max(OPEN_MS, hearingMs(stream)) : hearingMs(stream)
}
