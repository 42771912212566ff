import type { RowAnswer, SensorAnswer } from '../answers/answers.ts'
import type { Measure } from './measure.ts'
import { type ReadingState, readingsOf } from './reading.ts'

/** A sensor as it stands now, for map, list and words. */
export interface SensorNow {
  readonly id: string
  readonly name: string
  readonly lon: number | null
  readonly lat: number | null
  readonly state: ReadingState
  readonly value: number | null
  /** Standard deviation of the noise in the value. */
  readonly sd: number | null
  /** The stretch the figure is of (`from` = `to` for a reading); null where nothing was ever heard. */
  readonly from: number | null
  readonly to: number | null
}

/**
 * Each sensor's newest figure under a measure. `rows` are those of the newest final window by sensor, for counts: one
 * window for all, and the only way to a total that may be shown where its parts may not.
 */
export function sensorsNow(sensors: readonly SensorAnswer[], measure: Measure, rows: readonly RowAnswer[] | null): SensorNow[] {
  const bySensor = new Map((rows ?? []).map((row) => [row.sensor, row]))
  return sensors.map((sensor) => {
    const { id, name, lon, lat } = sensor
    const row = bySensor.get(id)
    const [reading] = row === undefined ? [] : readingsOf([row], measure)
    if (reading === undefined) return { id, name, lon, lat, sd: null, ...latestOf(sensor, measure) }
    return { id, name, lon, lat, state: reading.state, value: reading.value, sd: reading.sd, from: reading.from, to: reading.to }
  })
}

/** What the sensor's own newest figures say: a missing figure was held back, unless nothing is known at all. */
function latestOf({ status, span, values }: SensorAnswer, measure: Measure): Pick<SensorNow, 'state' | 'value' | 'from' | 'to'> {
  const place = { from: span?.from ?? null, to: span?.to ?? null }
  const figures = measure.properties.map((p) => values[p] ?? null)
  if (status === 'no_data' || span === null) return { ...place, state: 'unknown', value: null }
  if (!figures.includes(null)) return { ...place, state: 'value', value: figures.reduce<number>((sum, v) => sum + (v ?? 0), 0) }
  return { ...place, state: status === 'ok' ? 'unknown' : 'few', value: null }
}

/**
 * The newest final window: the last that ends by the watermark, else the newest that any sensor tells of; null where
 * neither is known. `size` in ms.
 */
export function newestWindow(
  sensors: readonly SensorAnswer[],
  watermark: number | null,
  size: number,
): { readonly from: number; readonly to: number } | null {
  const told = sensors.reduce((newest, { span }) => (span !== null && span.to > span.from ? Math.max(newest, span.to) : newest), 0)
  const to = watermark === null ? told : Math.floor(watermark / size) * size
  return to === 0 ? null : { from: to - size, to }
}

/** How many sensors are in which state. */
export function tally(sensors: readonly SensorNow[]): Readonly<Record<ReadingState, number>> & { readonly all: number } {
  const count = (state: ReadingState) => sensors.filter((s) => s.state === state).length
  return { all: sensors.length, value: count('value'), few: count('few'), unknown: count('unknown') }
}

/** The sensor a page opens with: the highest figure, else the first by name; null without sensors. */
function firstChoice(sensors: readonly SensorNow[], compare: (a: string, b: string) => number): string | null {
  const best = sensors.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1) || compare(a.name, b.name))
  return best[0]?.id ?? null
}

/** The sensor that is shown: the one asked for if the stream has it, else the page's first choice. */
export function chosenOf(asked: string | null, sensors: readonly SensorNow[], compare: (a: string, b: string) => number): string | null {
  return sensors.some((s) => s.id === asked) ? asked : firstChoice(sensors, compare)
}
