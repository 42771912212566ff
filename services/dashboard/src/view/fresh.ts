import type { View } from '../address/address.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import type { Reading } from './reading.ts'
import { type SensorNow, tally } from './sensor.ts'

/** How old and how complete what is shown is, as short sentences. */
export interface Fresh {
  readonly age: string
  readonly complete: string
  /** Fewer sensors than should be are heard. */
  readonly partial: boolean
}

export interface FreshInput {
  /** Up to which instant figures are final; null where the service cannot tell. */
  readonly watermark: number | null
  readonly sensors: readonly SensorNow[]
  /** The newest reading over all sensors, with how many were heard; null if none. */
  readonly all: Reading | null
  /** The city's time. */
  readonly now: number
  /** A protected stream: who was heard is told to nobody, and figures may be held back. */
  readonly secret: boolean
  readonly view: View
  readonly words: Words
  readonly figures: Figures
}

/** Age and completeness of what a page shows. */
export function freshOf(input: FreshInput): Fresh {
  return { age: ageOf(input), ...completeOf(input) }
}

/** By the watermark, else by the newest figure. */
function ageOf({ watermark, sensors, now, words, figures }: FreshInput): string {
  const ago = (at: number) => figures.ago(now - at) ?? words.time.now
  if (watermark !== null) return words.fresh.final(figures.moment(watermark), ago(watermark))
  const newest = sensors.reduce((latest, s) => Math.max(latest, s.to ?? Number.NEGATIVE_INFINITY), Number.NEGATIVE_INFINITY)
  return newest > Number.NEGATIVE_INFINITY ? words.fresh.newest(figures.moment(newest), ago(newest)) : words.fresh.never
}

/** By who was heard; in a protected stream by whose figure is shown, to operations by who has one. */
function completeOf({ sensors, all, secret, view, words, figures }: FreshInput): Pick<Fresh, 'complete' | 'partial'> {
  const counts = tally(sensors)
  const say = (phrase: (n: string, all: string) => string, n: number, of: number) => phrase(figures.number(n), figures.number(of))
  if (all?.reporting != null && all.expected !== null) {
    return { complete: say(words.fresh.heard, all.reporting, all.expected), partial: all.reporting < all.expected }
  }
  if (secret && view === 'public') return { complete: say(words.fresh.shown, counts.value, counts.all), partial: false }
  const known = counts.all - counts.unknown
  return { complete: say(words.fresh.known, known, counts.all), partial: known < counts.all }
}
