import { apart } from './apart.ts'
import { project, scaleBar } from './project.ts'
import type { SensorNow } from './sensor.ts'
import { niceTicks, radiusOf, stepOf } from './scale.ts'

/** A sensor on the map. */
export interface Circle {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly r: number
  readonly step: number
  readonly sensor: SensorNow
}

export interface MapDrawing {
  /** Large ones first, so that small ones lie on top of them. */
  readonly circles: readonly Circle[]
  /** Sensors that tell no place, in a row below the ground. */
  readonly placeless: readonly Circle[]
  /** Where the ground ends and the strip begins. */
  readonly ground: number
  readonly labels: readonly { readonly id: string; readonly x: number; readonly y: number; readonly end: boolean; readonly text: string }[]
  readonly bar: { readonly metres: number; readonly pixels: number } | null
  /** The scale's ends in figures. */
  readonly range: Range
}

interface Range {
  readonly low: number
  readonly high: number
}

/** Height of the strip for sensors without a place. */
export const STRIP = 68

const LABEL_HEIGHT = 16
const CHARACTER = 7
/** The smallest circle that is still seen, in pixels. */
const LEAST = 4

/** The ends of the colour and size scale: from 0 (or the lowest figure) to a round number not below the highest. */
export function rangeOfSensors(sensors: readonly SensorNow[]): Range {
  const values = sensors.flatMap((s) => (s.value === null ? [] : [s.value]))
  const ticks = niceTicks(Math.min(0, ...values), Math.max(1, ...values), 4)
  return { low: ticks[0] ?? 0, high: ticks.at(-1) ?? 1 }
}

/**
 * Lays the sensors out on a drawing, those that tell no place in a strip below; circles that would hide each other are
 * moved apart a little. The chosen one and the highest few get their names.
 */
export function drawMap(sensors: readonly SensorNow[], chosen: string | null, size: { width: number; height: number }): MapDrawing {
  const placed = sensors.flatMap((s) => (s.lon === null || s.lat === null ? [] : [{ id: s.id, lon: s.lon, lat: s.lat, sensor: s }]))
  const placeless = sensors.filter((s) => s.lon === null || s.lat === null)
  const ground = { width: size.width, height: size.height - (placeless.length === 0 ? 0 : STRIP) }
  const most = Math.max(8, Math.min(22, Math.sqrt((ground.width * ground.height) / (placed.length + 1)) / 3))
  const { spots, metresPerPixel } = project(placed, ground.width, ground.height, most + 10)
  const range = rangeOfSensors(sensors)
  const circleOf = (sensor: SensorNow, x: number, y: number): Circle => {
    const value = sensor.value ?? 0
    return { id: sensor.id, x, y, r: radiusOf(value, range.high, most, LEAST), step: stepOf(value, range.low, range.high), sensor }
  }
  const drawn = apart(
    placed.map(({ sensor }, i) => circleOf(sensor, spots[i]?.x ?? 0, spots[i]?.y ?? 0)),
    ground,
  ).toSorted((a, b) => b.r - a.r)
  const gap = Math.min(2 * most + 4, (ground.width - 24) / Math.max(1, placeless.length))
  return {
    circles: drawn,
    placeless: placeless.map((sensor, i) => circleOf(sensor, 12 + gap * (i + 0.5), size.height - STRIP / 2 + 10)),
    ground: ground.height,
    labels: labelsOf(drawn, chosen, ground.width),
    bar: placed.length < 2 ? null : scaleBar(metresPerPixel, ground.width / 4),
    range,
  }
}

/** Names beside circles, the chosen first; a name that would lie on another is left out. */
function labelsOf(circles: readonly Circle[], chosen: string | null, width: number): MapDrawing['labels'] {
  const own = circles.filter((c) => c.id === chosen)
  const highest = circles.filter((c) => c.id !== chosen && (c.sensor.value ?? 0) > 0).slice(0, 3)
  const taken: { left: number; right: number; y: number }[] = []
  return [...own, ...highest].flatMap(({ id, x, y, r, sensor }) => {
    const text = sensor.name.length > 26 ? `${sensor.name.slice(0, 25)}…` : sensor.name
    const wide = text.length * CHARACTER
    const end = x + r + 5 + wide > width
    const left = end ? x - r - 5 - wide : x + r + 5
    const clash = taken.some((t) => Math.abs(t.y - y) < LABEL_HEIGHT && left < t.right && left + wide > t.left)
    if (left < 0 || clash) return []
    taken.push({ left, right: left + wide, y })
    return [{ id, x: end ? x - r - 5 : x + r + 5, y: y + 4, end, text }]
  })
}
