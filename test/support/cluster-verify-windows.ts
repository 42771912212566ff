import { partitionOf } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import type { Cluster } from './cluster.ts'
import { SENSORS, WINDOW_MS } from './cluster-contracts.ts'
import { type ExpectedWindow, expectedWindows, readDayKeys, type Reading, releasesOfWindows, windowKey } from './oracle.ts'
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

type Expected = ReadonlyMap<string, ExpectedWindow>

/** A stream's windows as its events make them. */
export function windowsOf(readings: readonly Reading[]): Expected {
  return expectedWindows(readings, PROPERTIES, WINDOW_MS)
}

/** Every window's partials, merged, against the events. */
export async function comparePartials(cluster: Cluster, stream: Stream, expected: Expected): Promise<WrongWindow[]> {
  const rows = await storeRows<Row>(
    cluster,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS count, sum(direction_1_sum) AS a, sum(direction_2_sum) AS b FROM city.${stream.table}_partials FINAL GROUP BY sensor, window`,
  )
  return compare(stream.name, 'partials', rows, expected)
}

/** The closed windows of an unprotected stream against the events; all must be closed. */
export async function compareWindows(cluster: Cluster, stream: Stream, expected: Expected): Promise<WrongWindow[]> {
  const rows = await storeRows<Row>(
    cluster,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, count, ${SUMS} FROM city.${stream.table}_windows FINAL`,
  )
  return compare(stream.name, 'windows', rows, expected)
}

function compare(stream: string, what: string, rows: readonly Row[], expected: Expected): WrongWindow[] {
  const have = new Map(rows.map((row) => [windowKey(row.sensor, row.start), row]))
  const wrong: WrongWindow[] = []
  for (const key of new Set([...have.keys(), ...expected.keys()])) {
    const [row, window] = [have.get(key), expected.get(key)]
    const wanted = window && [window.events, ...PROPERTIES.map((p) => window.figures[p]?.sum)]
    const got = row && [row.count ?? 0, row.a, row.b]
    if (String(wanted) === String(got)) continue
    const { sensor, start } = (row ?? window) as { sensor: string; start: number }
    const words = `${stream} ${what}: ${sensor} ${new Date(start).toISOString()} is ${got?.join(', ') ?? 'not there'}, should be ${wanted?.join(', ') ?? 'not there'}`
    wrong.push({ stream, sensor, start, excess: Math.max(0, (row?.count ?? 0) - (window?.events ?? 0)), words })
  }
  return wrong
}

/**
 * The releases of a protected stream: for each registered sensor one after the other without a gap, from before the
 * first event to after the last, each what the events and the day's key make it. So they are those of a run without faults.
 */
export async function compareReleases(cluster: Cluster, stream: Stream, windows: Expected): Promise<WrongWindow[]> {
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
  const expected = releasesOf(cluster, stream, windows, rows)
  const bySensor = Map.groupBy(rows, (row) => row.sensor)
  const [first, last] = span([...windows.values()].map((window) => window.start))
  for (const sensor of SENSORS) {
    const own = bySensor.get(sensor) ?? []
    own.forEach((row, i) => {
      const before = own[i - 1]
      if (before !== undefined && row.start !== before.start + WINDOW_MS)
        say(sensor, row.start, `follows on ${new Date(before.start).toISOString()}`)
      const wanted = PROPERTIES.map((p) => expected.get(`${sensor}|${row.start}|${p}`))
      if (row.count !== null || String(wanted) !== String([row.a, row.b]))
        say(sensor, row.start, `is ${row.a}, ${row.b}, should be ${wanted.join(', ')}`)
    })
    if (own.length === 0 || (own[0] as Row).start > first) say(sensor, first, 'is not released')
    if (own.length === 0 || (own.at(-1) as Row).start < last) say(sensor, last, 'is not released')
  }
  return wrong
}

function releasesOf(cluster: Cluster, stream: Stream, windows: Expected, rows: readonly Row[]): Map<string, number> {
  const { policy, epsilon } = stream.disclosure as NonNullable<Stream['disclosure']>
  const [from, lastStart] = span(rows.map((row) => row.start))
  const what = { stream: stream.name, sensors: SENSORS, properties: PROPERTIES, sizeMs: WINDOW_MS, policy, epsilon }
  return releasesOfWindows(what, windows, readDayKeys(cluster.dataDir, stream.name), from, lastStart + WINDOW_MS)
}

/** The least and the greatest: there are more than a call may have arguments. */
function span(values: readonly number[]): [number, number] {
  return values.reduce(
    ([least, greatest], n) => [Math.min(least, n), Math.max(greatest, n)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
}

/** The partition of each sensor's events. */
export function partitionsOf(stream: Stream): Map<string, number> {
  return new Map(SENSORS.map((sensor) => [sensor, partitionOf(sensor, stream.partitions)]))
}
