import type { Held } from '../ask/held.ts'

/** What is wrong between the page and its data; null when nothing is. */
export interface Outage {
  /** `service`: no answer; `store`: the service answers but has no figures; `refused`: the token; `busy`: asked to wait; `bad`: a fault of ours. */
  readonly sort: 'service' | 'store' | 'refused' | 'busy' | 'bad'
  readonly reason: string
  /** When the last good answer came (this machine's clock, epoch ms); null if none ever did. */
  readonly last: number | null
}

const ORDER: readonly Outage['sort'][] = ['service', 'store', 'refused', 'bad', 'busy']

/** The gravest of what is wrong with the page's questions. */
export function outageOf(questions: readonly Held<unknown>[]): Outage | null {
  const faults = questions.flatMap((held) =>
    held.fault === null ? [] : [{ sort: sortOf(held), reason: held.fault.reason, last: held.confirmed }],
  )
  const sort = ORDER.find((s) => faults.some((f) => f.sort === s))
  const first = faults.find((f) => f.sort === sort)
  if (first === undefined) return null
  const seen = faults.flatMap((f) => (f.sort === sort && f.last !== null ? [f.last] : []))
  return { ...first, last: seen.length === 0 ? null : Math.max(...seen) }
}

function sortOf(held: Held<unknown>): Outage['sort'] {
  const status = held.fault?.status ?? null
  if (held.fault?.sort === 'shape') return 'bad'
  if (status === null) return 'service'
  if (status === 401 || status === 403) return 'refused'
  if (status === 429) return 'busy'
  return status >= 500 ? 'store' : 'bad'
}
