import type { Reading } from './oracle.ts'

// Counters and states from their definition, over all of a sensor's readings: nothing of the worker's code is used here.

/** What a window says of a counter: what was counted up since the reading before each, wherever that was; null: not known. */
export interface ExpectedCounter {
  readonly count: number
  readonly sum: number | null
  readonly resets: number
}

/** … of a state: milliseconds in each, and how often each was entered from another. */
export interface ExpectedState {
  readonly count: number
  readonly duration: Readonly<Record<string, number>>
  readonly arrivals: Readonly<Record<string, number>>
}

type Series = readonly { readonly at: number; readonly value: number }[]

/** By sensor, its readings of a property in time order, equal ones once. */
function seriesOf(readings: readonly Reading[], property: string): Map<string, Series> {
  const once = new Map(readings.map((r) => [JSON.stringify([r.sensor, r.at, r.values[property]]), r]))
  return new Map(
    [...Map.groupBy(once.values(), (r) => r.sensor)].map(([sensor, some]) => [
      sensor,
      some.map((r) => ({ at: r.at, value: r.values[property] as number })).toSorted((a, b) => a.at - b.at),
    ]),
  )
}

/** The windows in which a sensor said something, `<sensor>|<start>`. */
function byWindow<T>(series: ReadonlyMap<string, Series>, sizeMs: number, of: (all: Series, start: number) => T): Map<string, T> {
  return new Map(
    [...series].flatMap(([sensor, all]) =>
      [...new Set(all.map(({ at }) => at - (at % sizeMs)))].map((start) => [`${sensor}|${start}`, of(all, start)] as const),
    ),
  )
}

/** What each window counted up; a fall is a restart, after which the counter shows what it has counted since. */
export function expectedCounters(readings: readonly Reading[], property: string, sizeMs: number): Map<string, ExpectedCounter> {
  return byWindow(seriesOf(readings, property), sizeMs, (all, start) => {
    const steps = all.flatMap(({ at, value }, i) => {
      const before = all[i - 1]
      if (at < start || at >= start + sizeMs) return []
      return [before === undefined ? null : { up: value >= before.value ? value - before.value : value, reset: value < before.value }]
    })
    const known = steps.filter((step) => step !== null)
    const sum = known.reduce((total, { up }) => total + up, 0)
    return { count: steps.length, sum: known.length === 0 ? null : sum, resets: known.filter(({ reset }) => reset).length }
  })
}

/** How long each window was in each state, and what was entered; `labels` by code. */
export function expectedStates(
  readings: readonly Reading[],
  property: string,
  sizeMs: number,
  labels: readonly string[],
): Map<string, ExpectedState> {
  return byWindow(seriesOf(readings, property), sizeMs, (all, start) => {
    const end = start + sizeMs
    const duration: Record<string, number> = {}
    const arrivals: Record<string, number> = {}
    all.forEach(({ at, value }, i) => {
      const label = labels[value] as string
      const lasted = Math.min(end, all[i + 1]?.at ?? Number.POSITIVE_INFINITY) - Math.max(start, at)
      if (lasted > 0) duration[label] = (duration[label] ?? 0) + lasted
      const before = all[i - 1]
      if (at >= start && at < end && before !== undefined && before.value !== value) arrivals[label] = (arrivals[label] ?? 0) + 1
    })
    return { count: all.filter(({ at }) => at >= start && at < end).length, duration, arrivals }
  })
}
