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
  readonly labels: readonly { readonly id: string; readonly x: number; readonly y: number; readonly end: boolean; readonly text: string }[]
  readonly bar: { readonly metres: number; readonly pixels: number } | null
  /** The scale's ends in figures. */
  readonly range: Range
}

interface Range {
  readonly low: number
  readonly high: number
}

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
 * Lays the sensors that tell their place out on a drawing; circles that would hide each other are moved apart a little.
 * The chosen one and the highest few get their names.
 */
export function drawMap(sensors: readonly SensorNow[], chosen: string | null, size: { width: number; height: number }): MapDrawing {
  const placed = sensors.flatMap((s) => (s.lon === null || s.lat === null ? [] : [{ id: s.id, lon: s.lon, lat: s.lat, sensor: s }]))
  const most = Math.max(8, Math.min(22, Math.sqrt((size.width * size.height) / (placed.length + 1)) / 4))
  const { spots, metresPerPixel } = project(placed, size.width, size.height, most + 10)
  const range = rangeOfSensors(sensors)
  const circles = placed.map(({ id, sensor }, i) => {
    const value = sensor.value ?? 0
    const { x, y } = spots[i] ?? { x: 0, y: 0 }
    return { id, x, y, r: radiusOf(value, range.high, most, LEAST), step: stepOf(value, range.low, range.high), sensor }
  })
  const drawn = apart(circles, size).toSorted((a, b) => b.r - a.r)
  return {
    circles: drawn,
    labels: labelsOf(drawn, chosen, size.width),
    bar: placed.length < 2 ? null : scaleBar(metresPerPixel, size.width / 4),
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
