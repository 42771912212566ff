import { createHash } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { type City, type Property, type Stream, noiseSd, tablesOf, unitsOf } from '@commonstream/schemas'

/** An event as a test states it: properties in declared units, null where absent. */
export interface SeedEvent {
  readonly sensor: string
  /** Epoch ms. */
  readonly at: number
  readonly values: Readonly<Record<string, number | null>>
}

/** Chunks that a window's events are spread over, so that reading must merge. */
const CHUNKS = 3
const CHUNK_SIZE = 65_536

/** Makes the database and every table of a city's streams, without expiry. */
export async function createTables(client: ClickHouseClient, city: Pick<City, 'streams'>): Promise<void> {
  await client.command({ query: 'CREATE DATABASE IF NOT EXISTS city' })
  for (const table of tablesOf(city, { ttl: false })) await client.command({ query: table.ddl })
}

/** Inserts the rows that the worker would write for some events: readings, partials in several chunks, latest. */
export async function seedEvents(client: ClickHouseClient, stream: Stream, events: readonly SeedEvent[]): Promise<void> {
  await insert(
    client,
    `${stream.table}_readings`,
    events.map((event, offset) => ({ ...eventRow(stream, event), ...placeOf(stream, event, offset), appended: event.at })),
  )
  await insert(client, `${stream.table}_partials`, partialRows(stream, events))
  if (stream.disclosure !== null) return
  const newest = new Map<string, SeedEvent>()
  for (const event of events) if (event.at >= (newest.get(event.sensor)?.at ?? 0)) newest.set(event.sensor, event)
  await insert(
    client,
    `${stream.table}_latest`,
    [...newest.values()].map((event) => ({ ...eventRow(stream, event), version: event.at })),
  )
}

/** The partials of events: those of a window lie in several chunks, and each was written once before it was complete. */
export function partialRows(stream: Stream, events: readonly SeedEvent[]): object[] {
  const groups = Map.groupBy(events, (event) => `${event.sensor}|${windowOf(stream, event.at)}|${chunkOf(event)}`)
  return [...groups.values()].flatMap((group) => {
    const row = (some: readonly SeedEvent[], version: number) => ({
      sensor: group[0]!.sensor,
      window: windowOf(stream, group[0]!.at) / 1_000,
      size: stream.window.sizeMs / 1_000,
      partition: partitionOf(stream, group[0]!.sensor),
      chunk: chunkOf(group[0]!) * CHUNK_SIZE,
      version,
      count: some.length,
      late: 0,
      clamped: 0,
      ...Object.assign({}, ...stream.properties.map((property) => stateOf(property, some, true))),
    })
    return [row(group.slice(0, 1), 1), row(group, 2)]
  })
}

/** Inserts the closed windows of an unprotected stream's events. */
export async function seedWindows(client: ClickHouseClient, stream: Stream, events: readonly SeedEvent[]): Promise<void> {
  const groups = Map.groupBy(events, (event) => `${event.sensor}|${windowOf(stream, event.at)}`)
  const rows = [...groups.values()].map((group) => ({
    ...windowRow(stream, group[0]!.sensor, windowOf(stream, group[0]!.at)),
    rev: 1,
    count: group.length,
    ...Object.assign({}, ...stream.properties.map((property) => stateOf(property, group, false))),
  }))
  await insert(client, `${stream.table}_windows`, rows)
}

/** Inserts releases of a protected stream: of every registered sensor in every window, of every property. */
export async function seedReleases(
  client: ClickHouseClient,
  stream: Stream,
  windows: readonly number[],
  release: (sensor: string, window: number, property: string) => number,
): Promise<void> {
  const rows = windows.flatMap((window) =>
    stream.sensors.map(({ id }) => ({
      ...windowRow(stream, id, window),
      policy: stream.disclosure?.policy ?? 0,
      noise_sd: stream.disclosure === null ? 0 : noiseSd(stream.disclosure),
      count: null,
      ...Object.fromEntries(stream.properties.map((p) => [`${p.name}_sum`, release(id, window, p.name)])),
    })),
  )
  await insert(client, `${stream.table}_windows`, rows)
}

/** Inserts a range of which nothing is known (protocol section 7): of a protected stream, for each of its sensors. */
export async function seedGap(client: ClickHouseClient, stream: Stream, from: number, to: number): Promise<void> {
  const sensors = stream.disclosure === null ? [''] : stream.sensors.map(({ id }) => id)
  const rows = sensors.map((sensor) => ({ ...windowRow(stream, sensor, from), size: (to - from) / 1_000, status: 'no_data' }))
  await insert(client, `${stream.table}_windows`, rows)
}

/** Inserts the ledger rows by which every partition says that its windows are closed up to `at`: time is the lateness further. */
export async function seedWatermark(client: ClickHouseClient, stream: Stream, at: number, last = 1_000): Promise<void> {
  const rows = Array.from({ length: stream.partitions }, (_, partition) => ({
    ...{ stream: stream.name, partition, chunk: 0, version: 2 * last, last, complete: false, algorithm: 1, records: last, stored: last },
    ...{ watermark: '{}', watermark_at: at + stream.time.latenessMs, documents: '[]', keys: '{}', appended: at },
  }))
  await insert(client, 'ledger', rows)
}

/** A transition of an alert as `alerts` has it; the rest is made up from the incident. */
export interface SeedAlert {
  readonly stream: string
  readonly subject: string
  readonly incident: string
  readonly transition: 'firing' | 'resolved'
  readonly at: number
  readonly values: Readonly<Record<string, number | null>>
  readonly internal?: boolean
}

/** Inserts transitions of alerts. */
export async function seedAlerts(client: ClickHouseClient, alerts: readonly SeedAlert[]): Promise<void> {
  const rows = alerts.map((alert) => ({
    ...{ rule: 'made', rule_version: 1, severity: 'warning', title: 'Made alert', internal: false, partition: 0, offset: 1 },
    ...alert,
    incident: uuidOf(alert.incident),
    alert_id: uuidOf(alert.incident + alert.transition),
    values: JSON.stringify(alert.values),
  }))
  await insert(client, 'alerts', rows)
}

/** A UUID that depends on a text alone. */
export function uuidOf(text: string): string {
  return createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

async function insert(client: ClickHouseClient, table: string, rows: readonly object[]): Promise<void> {
  // An integer in a column of DateTime64(3) is milliseconds.
  if (rows.length > 0) await client.insert({ table: `city.${table}`, values: rows, format: 'JSONEachRow' })
}

function eventRow(stream: Stream, event: SeedEvent): object {
  const figures = Object.fromEntries(stream.properties.map((p) => [p.name, figureOf(p, event)]))
  return { sensor: event.sensor, at: event.at, event_id: idOf(event), clamped: false, ...figures }
}

function windowRow(stream: Stream, sensor: string, window: number): object {
  const size = stream.window.sizeMs / 1_000
  return { window: window / 1_000, size, sensor, rev: 0, status: 'ok', origin: 'closed', bridges: 1, policy: 0, noise_sd: 0 }
}

function placeOf(stream: Stream, { sensor }: SeedEvent, offset: number): object {
  return { partition: partitionOf(stream, sensor), offset }
}

function stateOf(property: Property, events: readonly SeedEvent[], isPartial: boolean): Record<string, number | string | null> {
  const { name, aggregates } = property
  const present = events
    .filter((event) => figureOf(property, event) !== null)
    .toSorted((a, b) => a.at - b.at || (idOf(a) < idOf(b) ? -1 : 1))
  const figures = present.map((event) => figureOf(property, event)!)
  const newest = present.at(-1)
  const state: Record<string, number | string | null> = { [`${name}_count`]: figures.length }
  if (aggregates.includes('sum') || aggregates.includes('mean')) state[`${name}_sum`] = figures.reduce((a, b) => a + b, 0)
  if (aggregates.includes('min')) state[`${name}_min`] = figures.length === 0 ? null : Math.min(...figures)
  if (aggregates.includes('max')) state[`${name}_max`] = figures.length === 0 ? null : Math.max(...figures)
  if (!aggregates.includes('last')) return state
  state[`${name}_last`] = figures.at(-1) ?? null
  state[`${name}_last_at`] = newest?.at ?? (isPartial ? 0 : null)
  if (isPartial) state[`${name}_last_id`] = newest === undefined ? uuidOf('none') : idOf(newest)
  return state
}

function figureOf(property: Property, event: SeedEvent): number | null {
  const value = event.values[property.name] ?? null
  return value === null ? null : unitsOf(property).toInteger(value)
}

function idOf({ sensor, at, values }: SeedEvent): string {
  return uuidOf(`${sensor}|${at}|${JSON.stringify(values)}`)
}

function windowOf(stream: Stream, at: number): number {
  return Math.floor(at / stream.window.sizeMs) * stream.window.sizeMs
}

function chunkOf(event: SeedEvent): number {
  return Number.parseInt(idOf(event).slice(0, 4), 16) % CHUNKS
}

function partitionOf(stream: Stream, sensor: string): number {
  return Number.parseInt(uuidOf(sensor).slice(0, 4), 16) % stream.partitions
}
