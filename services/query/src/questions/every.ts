import type { Stream } from '@commonstream/schemas'
import { isoDuration } from './duration.ts'

/** How long the steps of an answer are: the stream's own windows, or hours, days and weeks of a local calendar. */
export interface Every {
  /** As written in the address: `PT15M`, `PT1H`, `P1D`, `P7D`. */
  readonly name: string
  readonly kind: 'window' | 'hour' | 'day' | 'week'
  /** Nominal length; a local day may be an hour shorter or longer. */
  readonly ms: number
}

const ROLL_UPS: readonly Every[] = [
  { name: 'PT1H', kind: 'hour', ms: 3_600_000 },
  { name: 'P1D', kind: 'day', ms: 86_400_000 },
  { name: 'P7D', kind: 'week', ms: 604_800_000 },
]

/** The steps that a stream can be asked for: its base window, and every roll-up that is longer. */
export function everiesOf(stream: Pick<Stream, 'window'>): Every[] {
  const base: Every = { name: isoDuration(stream.window.sizeMs), kind: 'window', ms: stream.window.sizeMs }
  return [base, ...ROLL_UPS.filter((every) => every.ms > base.ms)]
}
