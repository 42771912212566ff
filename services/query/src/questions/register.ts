import type { Sensor, Stream } from '@commonstream/schemas'
import { instantOf } from './local-time.ts'
import type { Question } from './question.ts'

/** What the register says of a sensor that may change: where it is and what it is called. */
type Description = Pick<Sensor, 'name' | 'zone' | 'lon' | 'lat' | 'place' | 'everyMs' | 'details'>

/** A sensor with what held before. */
export interface DatedSensor extends Sensor {
  /** Earlier descriptions, the oldest first, each to an instant (epoch ms). Absent where there are none. */
  readonly past?: readonly (Description & { readonly until: number })[]
  /** True of a sensor that left the register: its figures stay. */
  readonly left?: boolean
}

/** A row of the table `sensors`. */
export interface RegisterRow extends Description {
  readonly sensor: string
  /** YYYY-MM-DD. */
  readonly from: string
  readonly installed: string | null
  readonly removed: string | null
}

/** Every description of a stream's sensors, each sensor's the oldest first. */
export function registerQuestion(stream: Stream): Question<RegisterRow> {
  return {
    name: 'register',
    sql: `SELECT sensor, toString(valid_from), name, zone, lon, lat, place, every, details, installed, removed
FROM sensors FINAL WHERE stream = {stream:String} ORDER BY sensor, valid_from`,
    params: { stream: stream.name },
    read: ([sensor, from, name, zone, lon, lat, place, every, details, installed, removed]) => ({
      ...{ sensor: sensor as string, from: from as string, name: name as string, zone: zone as string | null },
      ...{ lon: lon as number | null, lat: lat as number | null, place: place as Sensor['place'], everyMs: (every as number) * 1_000 },
      ...detailsOf(details as string),
      ...{ installed: installed as string | null, removed: removed as string | null },
    }),
  }
}

function detailsOf(json: string): Pick<Sensor, 'details'> {
  return json === '' ? {} : { details: JSON.parse(json) as NonNullable<Sensor['details']> }
}

/**
 * The contract's sensors with their past as the table tells it, and those that left the register, whose figures stay.
 * No place of the past is shown more finely than the sensor's place may be now.
 */
export function datedSensors(stream: Stream, rows: readonly RegisterRow[]): DatedSensor[] {
  const known = Map.groupBy(rows, (row) => row.sensor)
  const registered = new Set(stream.sensors.map((s) => s.id))
  const present = stream.sensors.map((sensor) => withPast(stream, sensor, known.get(sensor.id) ?? []))
  const gone = [...known.values()].filter(([first]) => !registered.has(first!.sensor) && first!.removed !== null)
  return [...present, ...gone.map((own) => withPast(stream, goneSensor(own.at(-1)!), own)).map((sensor) => ({ ...sensor, left: true }))]
}

function goneSensor(row: RegisterRow): Sensor {
  const { sensor, name, zone, lon, lat, place, everyMs, details, installed, removed } = row
  const described = { name, zone, lon, lat, place, everyMs, ...(details && { details }), installed, removed }
  return { ...described, id: sensor, gateway: null, aliases: [] }
}

const FINENESS: readonly Sensor['place'][] = ['none', 'coarse', 'exact']

function withPast(stream: Stream, sensor: Sensor, rows: readonly RegisterRow[]): DatedSensor {
  if (rows.length < 2) return sensor
  const past = rows.slice(0, -1).map(({ name, zone, lon, lat, place, everyMs, details }, i) => {
    const shown = FINENESS[Math.min(FINENESS.indexOf(place), FINENESS.indexOf(sensor.place))]!
    return {
      ...{ name, zone, lon, lat, place: shown, everyMs },
      ...(details && { details }),
      until: instantOf(rows[i + 1]!.from, stream.time.zone),
    }
  })
  return { ...sensor, past }
}

/** A sensor as it was described at an instant (epoch ms). */
export function sensorAt(sensor: DatedSensor, at: number): Sensor {
  const then = sensor.past?.find((description) => at < description.until)
  if (then === undefined) return sensor
  const { name, zone, lon, lat, place, everyMs, details } = then
  const { id, gateway, installed, removed, aliases } = sensor
  return { ...{ id, name, zone, gateway, lon, lat, place, everyMs, installed, removed, aliases }, ...(details && { details }) }
}
