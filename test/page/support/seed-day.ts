import type { ClickHouseClient } from '@clickhouse/client'
import type { City, Stream } from '@commonstream/schemas'
import { type SeedEvent, seedAlerts, seedEvents, seedReleases, seedWatermark } from '../../support/seed.ts'

const QUARTER = 900_000
const DAY = 86_400_000

/** What the page tests' city has counted by `now`: pedestrians since yesterday, bins for thirty days, an alert. */
export async function seedDay(client: ClickHouseClient, city: City, now: number): Promise<void> {
  const pedestrians = streamOf(city, 'pedestrian-counts')
  const until = Math.floor(now / QUARTER) * QUARTER
  const windows = Array.from({ length: 96 + 60 }, (_, i) => until - (i + 1) * QUARTER).reverse()
  await seedReleases(
    client,
    pedestrians,
    windows,
    (sensor, window, property) => passages(sensor, window, property) + noise(`${sensor} ${window} ${property}`),
  )
  const events = windows.slice(-96).flatMap((window) =>
    pedestrians.sensors.flatMap(({ id }): SeedEvent[] => {
      const [one, two] = [passages(id, window, 'direction_1'), passages(id, window, 'direction_2')]
      return one + two === 0 ? [] : [{ sensor: id, at: window + 60_000, values: { direction_1: one, direction_2: two } }]
    }),
  )
  await seedEvents(client, pedestrians, events)
  await seedWatermark(client, pedestrians, until)
  await seedBins(client, streamOf(city, 'bin-levels'), now)
}

async function seedBins(client: ClickHouseClient, bins: Stream, now: number): Promise<void> {
  const events = bins.sensors.flatMap(({ id }, i) =>
    Array.from({ length: 30 }, (_, day): SeedEvent | null => {
      const at = Math.floor((now - 2 * 3_600_000) / 3_600_000) * 3_600_000 - (29 - day) * DAY
      // One bin falls silent for five days, and two are not heard at all.
      if (i >= 29 || (i === 3 && day > 10 && day < 16)) return null
      return { sensor: id, at, values: { fullness: ((i * 3 + day * (1 + (i % 3))) % 6) * 2 } }
    }).filter((event) => event !== null),
  )
  await seedEvents(client, bins, events)
  await seedWatermark(client, bins, Math.floor(now / 3_600_000) * 3_600_000)
  const full = events.filter((event) => event.at > now - DAY && (event.values['fullness'] ?? 0) >= 8).slice(0, 2)
  await seedAlerts(
    client,
    full.map(({ sensor, at, values }) => ({
      stream: bins.name,
      subject: sensor,
      incident: `full ${sensor}`,
      transition: 'firing' as const,
      at,
      values,
    })),
  )
}

function streamOf(city: City, name: string): Stream {
  const stream = city.streams.find((s) => s.name === name)
  if (stream === undefined) throw new Error(`the demo has no stream ${name}`)
  return stream
}

/** How many pass a place in a quarter-hour: a working day with its two rushes, from nobody at night to hundreds. */
function passages(sensor: string, window: number, property: string): number {
  const hour = ((((window + 10 * 3_600_000) % DAY) + DAY) % DAY) / 3_600_000
  const rush = (at: number, width: number) => Math.exp(-((hour - at) ** 2) / (2 * width ** 2))
  const shape = 0.9 * rush(8.3, 1) + rush(12.8, 1.6) + 1.1 * rush(17.5, 1.5) + 0.25 * rush(20, 2)
  const size = 4 + 240 * part(`${sensor} size`) ** 3
  const uneven = 0.75 + 0.5 * part(`${sensor} ${window} ${property}`)
  return Math.floor(size * shape * uneven)
}

/** Stands for the noise of a release: what the page must cope with, small and of both signs. */
const noise = (place: string) => Math.round((part(`${place} a`) + part(`${place} b`) - 1) * 6)

/** A number in [0, 1) that depends on a text alone. */
function part(text: string): number {
  let hash = 2_166_136_261
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619)
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507)
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296
}
