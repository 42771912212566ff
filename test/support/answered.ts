import type { Property, Stream } from '@commonstream/schemas'
import { askQuery } from './ask-stack.ts'
import { expectedCounters, expectedStates } from './expected-points.ts'
import { type ExpectedFigures, type ExpectedWindow, expectedWindows, type Reading } from './oracle.ts'
import { OCCUPANCY } from './published-streams.ts'
import type { TestStack } from './stack.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** More steps than this are asked for by the day. */
const MOST_HOURS = 60 * 24

interface Answer {
  readonly from: string
  readonly count: number | null
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly resets?: number | null
  readonly arrivals?: Readonly<Record<string, number>> | null
}

/**
 * Where the API's answer about a property of all sensors together, over the whole time of its readings, differs from what
 * they say: hour by hour, or day by day where that is long.
 */
export async function answerDifferences(stack: TestStack, stream: Stream, property: Property, readings: readonly Reading[]) {
  const first = readings.reduce((earliest, { at }) => Math.min(earliest, at), Number.POSITIVE_INFINITY)
  const last = readings.reduce((latest, { at }) => Math.max(latest, at), 0)
  const step = last - first > MOST_HOURS * HOUR ? DAY : HOUR
  const [from, to] = [first - (first % step), last - (last % step) + step]
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&every=${step === DAY ? 'P1D' : 'PT1H'}&tz=UTC`
  const address = `/v1/streams/${stream.name}/aggregates?property=${property.name}&${range}&by=all&view=internal&limit=10000`
  const { rows } = await askQuery<{ rows: Answer[] }>(stack, address, 'operations', 30_000)
  const want =
    property.kind === 'counter' || property.kind === 'state'
      ? pointLines(property, readings, step)
      : figureLines(stream, property, readings, step)
  const nothing = lineOf({ from: '', count: null, sum: null, min: null, max: null, mean: null }, property)
  const wrong = rows.flatMap((row) => {
    const [expected, got] = [want.get(Date.parse(row.from)) ?? nothing, lineOf(row, property)]
    return expected === got ? [] : [`${stream.name} ${property.name} ${row.from}: expected ${expected}, got ${got}`]
  })
  const missing = rows.length === (to - from) / step ? [] : [`${stream.name} ${property.name}: ${rows.length} rows`]
  return { steps: rows.length, wrong: [...missing, ...wrong] }
}

/** What a row says that the contract has asked for. */
function lineOf({ count, sum, min, max, mean, resets, arrivals }: Answer, { kind, aggregates }: Property): string {
  if (kind === 'counter') return line(count, [sum ?? 0, resets ?? 0])
  if (kind === 'state')
    return line(
      count,
      OCCUPANCY.map((label) => arrivals?.[label] ?? 0),
    )
  const figures = { sum, min, max, mean }
  const asked = (['sum', 'min', 'max', 'mean'] as const).filter((name) => aggregates.includes(name))
  return line(
    count,
    asked.map((name) => (count === null || count === 0 ? null : figures[name])),
  )
}

/** What the readings say of each step, by its start, in declared units. */
function figureLines({ properties }: Stream, property: Property, readings: readonly Reading[], step: number): Map<number, string> {
  const { name, resolution } = property
  const windows = expectedWindows(
    readings,
    properties.map((p) => p.name),
    step,
  )
  const units = (n: number) => n * Number(resolution)
  const of = (some: readonly ExpectedWindow[], from: number): Answer => {
    const figures = some.map((w) => w.figures[name] as ExpectedFigures).filter((f) => f.count > 0)
    const [count, sum] = [figures.reduce((n, f) => n + f.count, 0), figures.reduce((n, f) => n + f.sum, 0)]
    const least = figures.reduce((n, f) => Math.min(n, f.min as number), Number.POSITIVE_INFINITY)
    const most = figures.reduce((n, f) => Math.max(n, f.max as number), Number.NEGATIVE_INFINITY)
    return { from: String(from), count, sum: units(sum), min: units(least), max: units(most), mean: units(sum) / count }
  }
  return new Map([...Map.groupBy(windows.values(), (w) => w.start)].map(([start, some]) => [start, lineOf(of(some, start), property)]))
}

/** The same of a counter, or of a state that is free or occupied. */
function pointLines(property: Property, all: readonly Reading[], step: number): Map<number, string> {
  const { name, kind, resolution } = property
  const readings = all.filter((r) => typeof r.values[name] === 'number')
  const parts =
    kind === 'counter'
      ? [...expectedCounters(readings, name, step)].map(
          ([key, { count, sum, resets }]) => [key, [count, (sum ?? 0) * Number(resolution), resets]] as const,
        )
      : [...expectedStates(readings, name, step, OCCUPANCY)].map(
          ([key, { count, arrivals }]) => [key, [count, ...OCCUPANCY.map((label) => arrivals[label] ?? 0)]] as const,
        )
  const steps = Map.groupBy(parts, ([key]) => Number(key.split('|').at(-1)))
  const sums = (some: typeof parts) => (some[0]?.[1] ?? []).map((_, i) => some.reduce((n, [, figures]) => n + (figures[i] as number), 0))
  return new Map(
    [...steps].map(([start, some]) => {
      const [count = 0, ...figures] = sums(some)
      return [start, line(count, figures)]
    }),
  )
}

/** Six digits behind the point: floating point says the same sum in several ways. No events: the API says 0 or nothing. */
function line(count: number | null, figures: readonly (number | null)[]): string {
  return [count ?? 0, ...figures.map((n) => (n === null ? '–' : Number(n.toFixed(6))))].join(' ')
}
