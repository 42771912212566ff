import type { Property, Stream } from '@commonstream/schemas'
import { askQuery } from './ask-stack.ts'
import { type ExpectedFigures, type ExpectedWindow, expectedWindows, type Reading } from './oracle.ts'
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
}

/**
 * Where the API's answer about a property of all sensors together, over the whole time of its readings, differs from what
 * they say: hour by hour, or day by day where that is long.
 */
export async function answerDifferences(
  stack: TestStack,
  stream: Stream,
  property: Property,
  readings: readonly Reading[],
): Promise<{ steps: number; wrong: string[] }> {
  const [first, last] = [
    readings.reduce((a, r) => Math.min(a, r.at), Number.POSITIVE_INFINITY),
    readings.reduce((a, r) => Math.max(a, r.at), 0),
  ]
  const step = last - first > MOST_HOURS * HOUR ? DAY : HOUR
  const [from, to] = [first - (first % step), last - (last % step) + step]
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&every=${step === DAY ? 'P1D' : 'PT1H'}&tz=UTC`
  const address = `/v1/streams/${stream.name}/aggregates?property=${property.name}&${range}&by=all&view=internal&limit=10000`
  const { rows } = await askQuery<{ rows: Answer[] }>(stack, address, 'operations', 30_000)
  const windows = Map.groupBy(
    expectedWindows(
      readings,
      stream.properties.map((p) => p.name),
      step,
    ).values(),
    (w) => w.start,
  )
  const wrong = rows.flatMap((row) => {
    const [want, have] = [figuresOf(windows.get(Date.parse(row.from)) ?? [], property), figuresIn(row, property)]
    return want === have ? [] : [`${stream.name} ${property.name} ${row.from}: expected ${want}, got ${have}`]
  })
  const missing = rows.length === (to - from) / step ? [] : [`${stream.name} ${property.name}: ${rows.length} rows`]
  return { steps: rows.length, wrong: [...missing, ...wrong] }
}

function figuresIn({ count, sum, min, max, mean }: Answer, { aggregates }: Property): string {
  const figures = { sum, min, max, mean }
  const asked = (['sum', 'min', 'max', 'mean'] as const).filter((name) => aggregates.includes(name))
  // Of an hour without events where silence is zero the API says 0, elsewhere nothing.
  return line(
    count ?? 0,
    asked.map((name) => figures[name]),
  )
}

/** What the windows of one step say of a property together, in declared units. */
function figuresOf(windows: readonly ExpectedWindow[], { name, resolution, aggregates }: Property): string {
  const some = windows.map((w) => w.figures[name] as ExpectedFigures).filter((f) => f.count > 0)
  const count = some.reduce((n, f) => n + f.count, 0)
  const sum = some.reduce((n, f) => n + f.sum, 0)
  const least = some.reduce((n, f) => Math.min(n, f.min as number), Number.POSITIVE_INFINITY)
  const most = some.reduce((n, f) => Math.max(n, f.max as number), Number.NEGATIVE_INFINITY)
  const figures = { sum, min: least, max: most, mean: sum / count }
  const asked = (['sum', 'min', 'max', 'mean'] as const).filter((aggregate) => aggregates.includes(aggregate))
  return line(
    count,
    asked.map((aggregate) => (count === 0 ? null : figures[aggregate] * Number(resolution))),
  )
}

/** Six digits behind the point: floating point says the same sum in several ways. */
function line(count: number, figures: readonly (number | null)[]): string {
  return [count, ...figures.map((n) => (n === null || count === 0 ? '–' : Number(n.toFixed(6))))].join(' ')
}
