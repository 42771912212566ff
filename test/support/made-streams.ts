import { type City, type Sensor, type Stream } from '@commonstream/schemas'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

/** The streams that the query's tests ask: shipped contracts, changed where a test needs it. */
export interface MadeCity {
  readonly city: City
  /** Protected, 15-minute windows, silence is zero. */
  readonly counts: Stream
  /** The same, unprotected. */
  readonly open: Stream
  /** Unprotected gauge of resolution 0.1, hourly windows, silence is unknown. */
  readonly levels: Stream
  /** As `levels`, but closed. */
  readonly closed: Stream
  /** As `open`, with 40 sensors. */
  readonly many: Stream
}

/** Four sensors in two zones (one without): c is to be removed on 6 June 2023, d to be installed on 7 June 2023. */
export const SENSORS = ['a', 'b', 'c', 'd'] as const

export async function madeCity(): Promise<MadeCity> {
  const city = await twoStreams()
  const named = (name: string) => city.streams.find((stream) => stream.name === name)!
  const counts: Stream = { ...named('pedestrian-counts'), sensors: SENSORS.map(sensorOf) }
  const open = renamed(counts, 'open-counts', { disclosure: null, unprotected: 'a test' })
  const bins = named('bin-levels')
  const levels = renamed(bins, 'levels', {
    sensors: SENSORS.map((id) => ({ ...sensorOf(id), everyMs: 3_600_000 })),
    properties: bins.properties.map((p) => ({ ...p, resolution: '0.1', aggregates: ['sum', 'min', 'max', 'mean', 'last'] })),
    source: { ...bins.source, everyMs: 3_600_000 },
  })
  const closed = renamed(levels, 'closed-levels', { access: { level: 'closed', licence: null, grounds: 'a test of closed streams' } })
  const many = renamed(open, 'many-counts', { sensors: Array.from({ length: 40 }, (_, i) => ({ ...sensorOf('a'), id: `m${i}` })) })
  return { city: { ...city, streams: [counts, open, levels, closed, many] }, counts, open, levels, closed, many }
}

function renamed(stream: Stream, name: string, change: Partial<Stream>): Stream {
  return { ...stream, name, table: name.replaceAll('-', '_'), ...change }
}

function sensorOf(id: (typeof SENSORS)[number]): Sensor {
  return {
    ...{
      id,
      name: `Place ${id}`,
      gateway: 'hidden-gateway',
      aliases: ['hidden-alias'],
      everyMs: 60_000,
      lon: 144.961_234,
      lat: -37.812_345,
    },
    zone: { a: 'north', b: 'north', c: 'south', d: null }[id],
    place: ({ a: 'exact', b: 'coarse', c: 'none', d: 'exact' } as const)[id],
    installed: id === 'd' ? '2023-06-07' : null,
    removed: id === 'c' ? '2023-06-06' : null,
  }
}
