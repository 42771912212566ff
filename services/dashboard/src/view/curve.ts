import type { Reading } from './reading.ts'
import { runsOf, spansOf } from './runs.ts'
import { niceTicks } from './scale.ts'
import { type TimeTick, timeTicks } from './ticks.ts'

/** What is to be drawn: one sensor's readings and the average of all, over `[from, to)`. */
export interface CurveInput {
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly own: readonly Reading[]
  readonly others: readonly Reading[]
}

export interface Frame {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** One series as SVG path data. A run of a single reading is a dot: a line needs two. */
export interface Line {
  readonly path: string
  readonly dots: readonly Dot[]
  /** The band around it: noise of an own figure, lowest to highest of an average. */
  readonly band: string
  readonly end: (Dot & { readonly value: number }) | null
}

export interface Dot {
  readonly x: number
  readonly y: number
}

/** A curve in pixels. Lane marks show where there is no figure, and which sort of "no". */
export interface Drawing {
  readonly frame: Frame
  readonly own: Line
  readonly others: Line
  readonly yTicks: readonly { readonly y: number; readonly value: number }[]
  readonly xTicks: readonly (TimeTick & { readonly x: number })[]
  readonly lane: readonly { readonly x: number; readonly width: number; readonly kind: 'few' | 'unknown' }[]
}

/** 95 of 100 noise draws lie within this many standard deviations. */
export const NOISE_WIDTH = 1.96

/** Lays a curve out in a frame; the vertical scale starts at 0 unless a figure is below. */
export function drawCurve(input: CurveInput, frame: Frame): Drawing {
  const x = (at: number) => frame.left + ((at - input.from) / (input.to - input.from)) * (frame.right - frame.left)
  const ticks = niceTicks(...rangeOf(input), frame.height < 240 ? 3 : 4)
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1]
  const y = (value: number) => frame.bottom - ((value - low) / (high - low)) * (frame.bottom - frame.top)
  const place = { x, y: (value: number) => Math.min(frame.bottom, Math.max(frame.top, y(value))) }
  const inside = (readings: readonly Reading[]) => readings.filter((r) => r.to > input.from && r.from < input.to)
  const own = inside(input.own)
  return {
    frame,
    own: lineOf(own, place, (r) => (r.sd === null ? null : [(r.value ?? 0) - NOISE_WIDTH * r.sd, (r.value ?? 0) + NOISE_WIDTH * r.sd])),
    others: lineOf(inside(input.others), place, (r) => (r.low === null || r.high === null ? null : [r.low, r.high])),
    yTicks: ticks.map((value) => ({ value, y: y(value) })),
    xTicks: timeTicks(input.from, input.to, input.zone, Math.max(2, Math.floor((frame.right - frame.left) / 72))).map((t) => ({
      ...t,
      x: x(t.at),
    })),
    lane: spansOf(own, (r) => (r.state === 'value' ? null : r.state)).map((s) => ({
      x: x(s.from),
      width: x(s.to) - x(s.from),
      kind: s.kind,
    })),
  }
}

function rangeOf(input: CurveInput): [low: number, high: number] {
  const own = input.own.flatMap((r) => (r.value === null ? [] : [r.value, r.value + NOISE_WIDTH * (r.sd ?? 0)]))
  const others = input.others.flatMap((r) => [r.value, r.low, r.high].filter((v) => v !== null))
  const all = [...own, ...others]
  return [Math.min(0, ...all), Math.max(1, ...all)]
}

interface Place {
  readonly x: (at: number) => number
  readonly y: (value: number) => number
}

function lineOf(readings: readonly Reading[], place: Place, bandOf: (r: Reading) => [number, number] | null): Line {
  const runs = runsOf(readings, (r) => r.value !== null)
  const dot = (r: Reading, value: number) => ({ x: place.x((r.from + r.to) / 2), y: place.y(value) })
  const path = runs.filter((run) => run.length > 1).map((run) => polyline(run.map((r) => dot(r, r.value ?? 0))))
  const dots = runs.filter((run) => run.length === 1).flatMap((run) => run.map((r) => dot(r, r.value ?? 0)))
  const bands = runsOf(readings, (r) => r.value !== null && bandOf(r) !== null).filter((run) => run.length > 1)
  const band = bands.map((run) => {
    const edges = run.map((r) => ({ r, edge: bandOf(r) ?? [0, 0] }))
    return `${polyline([...edges.map((e) => dot(e.r, e.edge[0])), ...edges.toReversed().map((e) => dot(e.r, e.edge[1]))])}Z`
  })
  const last = runs.at(-1)?.at(-1)
  const end = last === undefined ? null : { ...dot(last, last.value ?? 0), value: last.value ?? 0 }
  return { path: path.join(''), dots, band: band.join(''), end }
}

const polyline = (dots: readonly Dot[]) => dots.map((d, i) => `${i === 0 ? 'M' : 'L'}${round(d.x)} ${round(d.y)}`).join('')

const round = (n: number) => Math.round(n * 10) / 10

/** The reading whose stretch holds the instant under a pointer at `x` pixels; null outside all. */
export function readingAt(readings: readonly Reading[], input: { from: number; to: number }, frame: Frame, x: number): Reading | null {
  const at = input.from + ((x - frame.left) / (frame.right - frame.left)) * (input.to - input.from)
  return readings.find((r) => r.from <= at && at < r.to) ?? null
}
