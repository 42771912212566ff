import type { View } from '../address/address.ts'

/** Which aggregates: the chosen sensor's, or those of all (`sensor` null). */
export interface AggregatesAddress {
  readonly stream: string
  readonly properties: readonly string[]
  readonly sensor: string | null
  readonly from: number
  readonly to: number
  readonly every: string
  readonly view: View
}

export const STREAMS = '/v1/streams'
export const STATUS = '/v1/status'

// Addresses of the query service, all under this origin.

export const sensorsAddress = (stream: string, view: View) => withQuery(`${STREAMS}/${encodeURIComponent(stream)}/sensors`, viewOf(view))

export const streamAddress = (stream: string) => `${STREAMS}/${encodeURIComponent(stream)}`

export const ALERTS = '/v1/alerts?state=firing'

/** The chosen sensor's rows, or those over all sensors. */
export function aggregatesAddress(o: AggregatesAddress, format: 'json' | 'csv' = 'json'): string {
  return aggregates(o, {
    ...(o.sensor === null ? { by: 'all' } : { sensor: o.sensor, by: 'sensor' }),
    ...(format === 'csv' ? { format } : {}),
  })
}

/** One row per sensor: a single window of all of them. */
export const windowAddress = (o: AggregatesAddress) => aggregates(o, { by: 'sensor' })

function aggregates(o: AggregatesAddress, more: Record<string, string>): string {
  const [from, to] = [new Date(o.from).toISOString(), new Date(o.to).toISOString()]
  const query = { property: o.properties.join(','), ...more, from, to, every: o.every, ...viewOf(o.view) }
  return withQuery(`${STREAMS}/${encodeURIComponent(o.stream)}/aggregates`, query)
}

const viewOf = (view: View): Record<string, string> => (view === 'internal' ? { view } : {})

function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}?${text}`
}
