import { placeOf, type Refused } from './refused.ts'

export interface Filter {
  readonly streams: readonly string[]
  readonly reasons: readonly string[]
  /** Epoch ms of the refusal, half-open. */
  readonly from: number
  readonly to: number
}

/** Why a message is not sent again. */
export type Passed = 'filtered' | 'sent before' | 'no bytes kept' | 'bytes cut short'

export interface Selection {
  readonly chosen: readonly Refused[]
  readonly passed: ReadonlyMap<Passed, number>
}

/**
 * Which messages are sent again: those of the filter, once per place of the original, as far as their bytes were kept.
 * @param done places that were sent before
 */
export function select(refused: readonly Refused[], filter: Filter, done: ReadonlySet<string>): Selection {
  const chosen: Refused[] = []
  const passed = new Map<Passed, number>()
  const places = new Set<string>()
  for (const r of refused) {
    const place = placeOf(r)
    if (places.has(place)) continue
    places.add(place)
    const why = passOver(r, filter, done.has(place))
    if (why === null) chosen.push(r)
    else passed.set(why, (passed.get(why) ?? 0) + 1)
  }
  return { chosen, passed }
}

function passOver(r: Refused, filter: Filter, sentBefore: boolean): Passed | null {
  const wanted = (list: readonly string[], value: string) => list.length === 0 || list.includes(value)
  if (!wanted(filter.streams, r.stream) || !wanted(filter.reasons, r.reason) || r.at < filter.from || r.at >= filter.to) return 'filtered'
  if (sentBefore) return 'sent before'
  if (r.bytes === null) return 'no bytes kept'
  return r.bytes.length < r.length ? 'bytes cut short' : null
}
