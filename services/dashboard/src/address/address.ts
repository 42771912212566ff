export type View = 'public' | 'internal'
export type Range = 'day' | 'week' | 'month'

/** All that the address bar holds: a copied link shows the same view. Null means "the page's own choice". */
export interface Address {
  readonly stream: string | null
  readonly sensor: string | null
  /** A property's name, or `total`. */
  readonly measure: string | null
  readonly range: Range | null
  /** The last local day shown, `YYYY-MM-DD`; null is today, and moves on. */
  readonly until: string | null
  readonly view: View
}

const RANGES: readonly string[] = ['day', 'week', 'month']
const NAME = /^[\w.:-]{1,100}$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Reads an address; whatever does not fit is ignored, as if it were not there. */
export function readAddress(search: string): Address {
  const given = new URLSearchParams(search)
  const fitting = (key: string, pattern: RegExp) => {
    const value = given.get(key)
    return value !== null && pattern.test(value) ? value : null
  }
  const range = given.get('range')
  const until = fitting('until', DATE)
  return {
    stream: fitting('stream', NAME),
    sensor: fitting('sensor', NAME),
    measure: fitting('measure', NAME),
    range: range !== null && RANGES.includes(range) ? (range as Range) : null,
    until: until !== null && !Number.isNaN(Date.parse(until)) ? until : null,
    view: given.get('view') === 'internal' ? 'internal' : 'public',
  }
}

/** Writes an address as a query string (`?stream=…`), empty for the page's own choices. */
export function writeAddress(address: Address): string {
  const query = new URLSearchParams()
  for (const key of ['stream', 'sensor', 'measure', 'range', 'until'] as const) {
    const value = address[key]
    if (value !== null) query.set(key, value)
  }
  if (address.view === 'internal') query.set('view', 'internal')
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
