import type { Moment } from '../moments.ts'

/** How well a source that has to ask hears what there is, for the ticks of its stream. */
export interface Hearing {
  /** False from a try that came to nothing until one that did not. */
  readonly hears: boolean
  /** When the last try that succeeded began, once all that it brought is in Kafka; null before the first. */
  readonly heard: Moment | null
}
