import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type AtomName, secondNoise } from './disclosure.ts'

// What should come out, computed from the published rows alone: nothing of the worker's code is used here.

/** A row of a published file. Values are integers in units of the property's resolution. */
export interface Reading {
  readonly sensor: string
  /** Epoch ms. */
  readonly at: number
  readonly values: Readonly<Record<string, number | null>>
}

/** What a window should say about one property; all but `count` and `sum` are null where it has no value. */
export interface ExpectedFigures {
  readonly count: number
  readonly sum: number
  readonly min: number | null
  readonly max: number | null
  readonly lastAt: number | null
  /** The values at `lastAt`: one, unless different readings of the sensor share that instant (then the event id decides). */
  readonly last: readonly number[]
}

export interface ExpectedWindow {
  readonly sensor: string
  readonly start: number
  readonly events: number
  readonly figures: Readonly<Record<string, ExpectedFigures>>
}

/** `<sensor>|<start>` */
export function windowKey(sensor: string, start: number): string {
  return `${sensor}|${start}`
}

/** The windows that have events, by `windowKey`. Equal readings of a sensor at one instant are one event. */
export function expectedWindows(readings: readonly Reading[], properties: readonly string[], sizeMs: number): Map<string, ExpectedWindow> {
  const once = new Map(readings.map((r) => [JSON.stringify([r.sensor, r.at, properties.map((p) => r.values[p] ?? null)]), r]))
  const groups = Map.groupBy(once.values(), (r) => windowKey(r.sensor, r.at - modulo(r.at, sizeMs)))
  const windows = new Map<string, ExpectedWindow>()
  for (const [key, group] of groups) {
    const { sensor, at } = group[0] as Reading
    const figures = Object.fromEntries(properties.map((p) => [p, figuresOf(group, p)]))
    windows.set(key, { sensor, start: at - modulo(at, sizeMs), events: group.length, figures })
  }
  return windows
}

function figuresOf(group: readonly Reading[], property: string): ExpectedFigures {
  const some = group.filter((r) => typeof r.values[property] === 'number').map((r) => ({ at: r.at, value: r.values[property] as number }))
  if (some.length === 0) return { count: 0, sum: 0, min: null, max: null, lastAt: null, last: [] }
  const values = some.map((s) => s.value)
  const lastAt = Math.max(...some.map((s) => s.at))
  const last = [...new Set(some.filter((s) => s.at === lastAt).map((s) => s.value))]
  return { count: values.length, sum: values.reduce((a, b) => a + b, 0), min: Math.min(...values), max: Math.max(...values), lastAt, last }
}

/** A protected stream, as far as its releases depend on it. */
export interface ProtectedStream {
  readonly stream: string
  readonly sensors: readonly string[]
  readonly properties: readonly string[]
  readonly sizeMs: number
  readonly policy: number
  readonly epsilon: readonly [number, number]
}

/** Every atom of the windows that start in [from, to): registered sensors × properties × windows, empty ones too. */
export function expectedAtoms(s: ProtectedStream, from: number, to: number): AtomName[] {
  const first = from + modulo(-from, s.sizeMs)
  const starts = Array.from({ length: Math.max(0, Math.ceil((to - first) / s.sizeMs)) }, (_, i) => first + i * s.sizeMs)
  return starts.flatMap((start) =>
    s.sensors.flatMap((sensor) =>
      s.properties.map((property) => ({ stream: s.stream, sensor, property, start, size: s.sizeMs, policy: s.policy })),
    ),
  )
}

/** `<sensor>|<start>|<property>` */
export function atomKey({ sensor, start, property }: Pick<AtomName, 'sensor' | 'start' | 'property'>): string {
  return `${sensor}|${start}|${property}`
}

/**
 * The value that each atom of the windows starting in [from, to) must have been released with, by `atomKey`.
 * @param dayKeys by UTC day of the window's start (see `readDayKeys`)
 */
export function expectedReleases(
  s: ProtectedStream,
  readings: readonly Reading[],
  dayKeys: ReadonlyMap<string, Buffer>,
  from: number,
  to: number,
): Map<string, number> {
  return releasesOfWindows(s, expectedWindows(readings, s.properties, s.sizeMs), dayKeys, from, to)
}

/** The same from the windows that `expectedWindows` gives. */
export function releasesOfWindows(
  s: ProtectedStream,
  windows: ReadonlyMap<string, ExpectedWindow>,
  dayKeys: ReadonlyMap<string, Buffer>,
  from: number,
  to: number,
): Map<string, number> {
  return new Map(
    expectedAtoms(s, from, to).map((atom) => {
      const day = new Date(atom.start).toISOString().slice(0, 10)
      const key = dayKeys.get(day)
      if (key === undefined) throw new Error(`there is no day key of ${s.stream} for ${day}`)
      const x = windows.get(windowKey(atom.sensor, atom.start))?.figures[atom.property]?.sum ?? 0
      return [atomKey(atom), x + secondNoise(key, atom, s.epsilon)]
    }),
  )
}

/** The day keys that a worker made, by day. */
export function readDayKeys(dataDir: string, stream: string): Map<string, Buffer> {
  const folder = path.join(dataDir, 'keys', stream)
  const days = readdirSync(folder).filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
  return new Map(days.map((day) => [day, readFileSync(path.join(folder, day))]))
}

export interface ExpectedTransition {
  readonly sensor: string
  readonly at: number
  readonly transition: 'firing' | 'resolved'
}

/** The transitions of a rule without `for` over readings in time order; they must be too far apart to be flapping. */
export function expectedTransitions(
  readings: readonly Reading[],
  fires: (r: Reading) => boolean,
  clears: (r: Reading) => boolean,
): ExpectedTransition[] {
  const on = new Set<string>()
  return readings
    .toSorted((a, b) => a.at - b.at)
    .flatMap((r): ExpectedTransition[] => {
      if (!on.has(r.sensor) && fires(r)) {
        on.add(r.sensor)
        return [{ sensor: r.sensor, at: r.at, transition: 'firing' }]
      }
      if (!on.has(r.sensor) || fires(r) || !clears(r)) return []
      on.delete(r.sensor)
      return [{ sensor: r.sensor, at: r.at, transition: 'resolved' }]
    })
}

/** Where two maps differ, in words; the number of lines is the number of differences. */
export function differences<T>(expected: ReadonlyMap<string, T>, got: ReadonlyMap<string, T>): string[] {
  const keys = [...new Set([...expected.keys(), ...got.keys()])].sort()
  return keys
    .map((key) => [key, JSON.stringify(expected.get(key)), JSON.stringify(got.get(key))] as const)
    .filter(([, want, have]) => want !== have)
    .map(([key, want, have]) => `${key}: expected ${want ?? 'nothing'}, got ${have ?? 'nothing'}`)
}

/** The remainder that is never negative. */
function modulo(a: number, n: number): number {
  return ((a % n) + n) % n
}
