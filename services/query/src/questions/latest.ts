import { type Property, type Sensor, type Stream, noiseSd, threshold, unitsOf } from '@commonstream/schemas'
import { hearingMs } from './aggregates/hearing.ts'
import type { Status } from './aggregates/rows.ts'
import { utc } from './local-time.ts'
import type { Figure, Newest } from './newest.ts'
import type { DatedSensor } from './register.ts'

/** The newest of one sensor for readers; values in declared units. */
export interface LatestRow {
  readonly sensor: string
  readonly zone: string | null
  /** Of an event. */
  readonly at: string | null
  /** Of a window. */
  readonly from: string | null
  readonly to: string | null
  readonly values: Readonly<Record<string, Figure>>
  readonly noise_sd: number | null
  /** Whether the sensor was heard as lately as its contract expects; null for protected streams. */
  readonly reporting: boolean | null
  /** partial: some of the values are suppressed. */
  readonly status: Status
}

/** What is known last of some sensors, a row each. */
export interface Latest {
  readonly rows: readonly LatestRow[]
  readonly sensors: readonly DatedSensor[]
}

/** The latest of every registered sensor, known or not, sorted by id; releases as far as they may be shown. */
export function latestRows(stream: Stream, register: readonly Sensor[], found: readonly Newest[], now: number): LatestRow[] {
  const newest = new Map(found.map((one) => [one.sensor, one]))
  return register.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((sensor) => latestRow(stream, sensor, newest.get(sensor.id), now))
}

/** Rows as `publish` lets the public see them: the times of events are rounded down. */
export function coarseRows(rows: readonly LatestRow[], timeMs: number): LatestRow[] {
  const coarse = (at: string) => utc(Math.floor(Date.parse(at) / timeMs) * timeMs)
  return rows.map((row) => (row.at === null ? row : { ...row, at: coarse(row.at) }))
}

function latestRow(stream: Stream, { id, zone, everyMs }: Sensor, newest: Newest | undefined, now: number): LatestRow {
  const { at = null, from = null, to = null, policy = 0, figures = [] } = newest ?? {}
  const reporting = stream.disclosure === null ? at !== null && at > now - hearingMs(stream, { everyMs }) : null
  const shown = policy === 0 ? believed(stream, figures, reporting) : figures.map((y) => (isShown(stream, policy, y) ? y : null))
  const text = (instant: number | null) => (instant === null ? null : utc(instant))
  return {
    sensor: id,
    zone,
    at: text(at),
    from: text(from),
    to: text(to),
    values: valuesOf(stream.properties, shown),
    noise_sd: stream.disclosure !== null && stream.disclosure.policy === policy ? noiseSd(stream.disclosure) : null,
    reporting,
    status: newest === undefined ? 'no_data' : policy === 0 ? eventStatus(shown) : statusOf(shown),
  }
}

/** A state is believed for as long as its sensor is heard: the free bay of a dead sensor is not free. */
function believed({ properties }: Stream, figures: readonly Figure[], reporting: boolean | null): readonly Figure[] {
  return properties.map(({ kind }, i) => (kind === 'state' && reporting === false ? null : (figures[i] ?? null)))
}

/** An event whose every value is gone says nothing any more. */
function eventStatus(shown: readonly Figure[]): Status {
  return shown.every((figure) => figure === null) ? 'no_data' : 'ok'
}

function statusOf(shown: readonly Figure[]): Status {
  if (shown.every((figure) => figure !== null)) return 'ok'
  return shown.every((figure) => figure === null) ? 'suppressed' : 'partial'
}

/** A single release is shown if y ≥ τ(1), under the policy that the contract states. */
function isShown({ disclosure }: Stream, policy: number, y: Figure): boolean {
  return disclosure !== null && disclosure.policy === policy && typeof y === 'number' && y >= threshold(disclosure, 1)
}

/** Figures by property in declared units; labels as they are. */
export function valuesOf(properties: readonly Property[], figures: readonly Figure[]): Record<string, Figure> {
  return Object.fromEntries(
    properties.map((property, i) => {
      const figure = figures[i] ?? null
      return [property.name, typeof figure === 'number' ? unitsOf(property).toUnits(figure) : figure]
    }),
  )
}
