import { partitionOf } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import type { Cluster } from './cluster.ts'
import { SENSORS, WINDOW_MS } from './cluster-contracts.ts'
import { type ExpectedWindow, expectedReleases, expectedWindows, readDayKeys, type Reading, windowKey } from './oracle.ts'
import { storeRows } from './ask-stack.ts'

/** A window that says something else than the events do. */
export interface WrongWindow {
  readonly stream: string
  readonly sensor: string
  readonly start: number
  /** Events that it counts too many. */
  readonly excess: number
  readonly words: string
}

interface Row {
  readonly sensor: string
  readonly start: number
  readonly count: number | null
  readonly a: number
  readonly b: number
}

const PROPERTIES = ['direction_1', 'direction_2']
const SUMS = 'direction_1_sum AS a, direction_2_sum AS b'

/** Every window's partials, merged, against the events. */
export async function comparePartials(cluster: Cluster, stream: Stream, readings: readonly Reading[]): Promise<WrongWindow[]> {
  const rows = await storeRows<Row>(
    cluster,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS count, sum(direction_1_sum) AS a, sum(direction_2_sum) AS b FROM city.${stream.table}_partials FINAL GROUP BY sensor, window`,
  )
  return compare(stream.name, 'partials', rows, expectedWindows(readings, PROPERTIES, WINDOW_MS))
}

/** The closed windows of an unprotected stream against the events; all must be closed. */
export async function compareWindows(cluster: Cluster, stream: Stream, readings: readonly Reading[]): Promise<WrongWindow[]> {
  const rows = await storeRows<Row>(
    cluster,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, count, ${SUMS} FROM city.${stream.table}_windows FINAL`,
  )
  return compare(stream.name, 'windows', rows, expectedWindows(readings, PROPERTIES, WINDOW_MS))
}

function compare(stream: string, what: string, rows: readonly Row[], expected: ReadonlyMap<string, ExpectedWindow>): WrongWindow[] {
  const have = new Map(rows.map((row) => [windowKey(row.sensor, row.start), row]))
  const wrong: WrongWindow[] = []
  for (const key of new Set([...have.keys(), ...expected.keys()])) {
    const [row, window] = [have.get(key), expected.get(key)]
    const wanted = window && [window.events, ...PROPERTIES.map((p) => window.figures[p]?.sum)]
    const got = row && [row.count, row.a, row.b].map(Number)
    if (String(wanted) === String(got)) continue
    const { sensor, start } = (row ?? window) as { sensor: string; start: number }
    const words = `${stream} ${what}: ${sensor} ${new Date(start).toISOString()} is ${got ?? 'not there'}, should be ${wanted ?? 'not there'}`
    wrong.push({ stream, sensor, start, excess: Math.max(0, Number(row?.count ?? 0) - (window?.events ?? 0)), words })
  }
  return wrong
}

/**
 * The releases of a protected stream: for each registered sensor one after the other without a gap, from before the
 * first event to after the last, each what the events and the day's key make it. So they are those of a run without faults.
 */
export async function compareReleases(cluster: Cluster, stream: Stream, readings: readonly Reading[]): Promise<WrongWindow[]> {
  const rows = await storeRows<Row>(
    cluster,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, count, ${SUMS} FROM city.${stream.table}_windows FINAL ORDER BY window`,
  )
  const wrong: WrongWindow[] = []
  const say = (sensor: string, start: number, what: string) =>
    wrong.push({
      stream: stream.name,
      sensor,
      start,
      excess: 0,
      words: `${stream.name} releases: ${sensor} ${new Date(start).toISOString()} ${what}`,
    })
  const expected = releasesOf(cluster, stream, readings, rows)
  const bySensor = Map.groupBy(rows, (row) => row.sensor)
  const first = Math.min(...readings.map((r) => r.at))
  const last = Math.max(...readings.map((r) => r.at))
  for (const sensor of SENSORS) {
    const own = bySensor.get(sensor) ?? []
    own.forEach((row, i) => {
      const before = own[i - 1]
      if (before !== undefined && row.start !== before.start + WINDOW_MS)
        say(sensor, row.start, `follows on ${new Date(before.start).toISOString()}`)
      const wanted = PROPERTIES.map((p) => expected.get(`${sensor}|${row.start}|${p}`))
      if (row.count !== null || String(wanted) !== String([row.a, row.b]))
        say(sensor, row.start, `is ${row.a}, ${row.b}, should be ${wanted}`)
    })
    if (own.length === 0 || (own[0] as Row).start > first) say(sensor, first, 'is not released')
    if (own.length === 0 || (own.at(-1) as Row).start + WINDOW_MS <= last) say(sensor, last, 'is not released')
  }
  return wrong
}

function releasesOf(cluster: Cluster, stream: Stream, readings: readonly Reading[], rows: readonly Row[]): Map<string, number> {
  const { policy, epsilon } = stream.disclosure as NonNullable<Stream['disclosure']>
  const from = Math.min(...rows.map((row) => row.start))
  const to = Math.max(...rows.map((row) => row.start)) + WINDOW_MS
  const what = { stream: stream.name, sensors: SENSORS, properties: PROPERTIES, sizeMs: WINDOW_MS, policy, epsilon }
  return expectedReleases(what, readings, readDayKeys(cluster.dataDir, stream.name), from, to)
}

/** The partition of each sensor's events. */
export function partitionsOf(stream: Stream): Map<string, number> {
  return new Map(SENSORS.map((sensor) => [sensor, partitionOf(sensor, stream.partitions)]))
}
