import type { Row } from '@commonstream/fleet'
import type { Reading } from './oracle.ts'
import type { Published } from './published-streams.ts'

// Published S-DoT frames as traffic, and their published values as the expected readings.

const DAY = 86_400_000
const KST = 9 * 3_600_000

/** A published frame of the network, with the values that it was published with. */
interface Line {
  readonly model: string
  readonly serial: string
  readonly sequence: number
  readonly frame: string
  readonly values: readonly string[]
}

export interface Frame {
  readonly sensor: string
  readonly serial: string
  readonly row: Row
  /** Null: the frame of another kind of device, of which nothing is taken. */
  readonly reading: Reading | null
}

/** The values of a frame behind model and serial number, and how many of each are one unit of its resolution. */
const VALUES: readonly (readonly [string, number])[] = [
  ...(['pm2_5', 'pm10'] as const).map((name) => [name, 1] as const),
  ...([
    ['temperature', 10],
    ['humidity', 1],
    ['wind_direction', 1],
    ['wind_speed', 10],
    ['gust_direction', 1],
    ['gust_speed', 10],
  ] as const),
  ...([
    ['illuminance', 1],
    ['uv_index', 10],
    ['noise', 1],
  ] as const),
  ...(['x', 'y', 'z', 'x_max', 'y_max', 'z_max'] as const).map((axis) => [`vibration_${axis}`, 100] as const),
  ...([
    ['globe_temperature', 10],
    ['pm2_5_calibrated', 1],
    ['pm10_calibrated', 1],
  ] as const),
]

/** Frames of `wire-frames.jsonl`, each of a sensor of its own, its minute moved by whole days to the last one before `until`. */
export function framesOf(text: string, until: number): Frame[] {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  return lines.map((line, i) => frameOf(line, `sdot-${i + 1}`, until))
}

function frameOf({ model, serial, sequence, frame, values }: Line, sensor: string, until: number): Frame {
  const minute = values[2 + VALUES.length]
  if (minute === undefined)
    return { sensor, serial, row: { sensor, at: until, payload: { model, serial, sequence, frame } }, reading: null }
  const [y, m, d, h, min] = [minute.slice(0, 4), minute.slice(4, 6), minute.slice(6, 8), minute.slice(8, 10), minute.slice(10)]
  const measured = Date.parse(`${y}-${m}-${d}T${h}:${min}:00+09:00`)
  const at = measured + Math.floor((until - measured) / DAY) * DAY
  const moved = frame.replace(minute, new Date(at + KST).toISOString().replaceAll(/[-T:]/g, '').slice(0, 12))
  const own = Object.fromEntries(
    VALUES.map(([name, perUnit], i) => [name, (values[2 + i] ?? '') === '' ? null : Math.round(Number(values[2 + i]) * perUnit)]),
  )
  return { sensor, serial, row: { sensor, at, payload: { model, serial, sequence, frame: moved } }, reading: { sensor, at, values: own } }
}

/** What is stored of frames. */
export function expectedFrames(frames: readonly Frame[]): Published {
  const readings = frames.flatMap(({ reading }) => (reading === null ? [] : [reading]))
  return { readings, refused: { invalid: frames.length - readings.length } }
}
