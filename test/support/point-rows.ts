import type { Property, Stream } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import { expectedCounters, expectedStates } from './expected-points.ts'
import { type Reading, differences, windowKey } from './oracle.ts'
import { OCCUPANCY } from './published-streams.ts'
import type { TestStack } from './stack.ts'

interface Row {
  readonly sensor: string
  readonly start: number | string
  readonly count: number
  readonly sum?: number | string | null
  readonly resets?: number
  readonly duration?: Record<string, string>
  readonly arrivals?: Record<string, number>
}

/** Where the closed windows of a counter, or of a state that is free or occupied, differ from what its readings say. */
export async function pointDifferences(stack: TestStack, stream: Stream, property: Property, all: readonly Reading[]): Promise<string[]> {
  const { name, kind } = property
  const readings = all.filter((r) => typeof r.values[name] === 'number')
  const columns = (kind === 'counter' ? ['sum', 'resets'] : ['duration', 'arrivals']).map((c) => `${name}_${c} AS ${c}`).join(', ')
  const rows = await storeRows<Row>(
    stack,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, ${name}_count AS count, ${columns} FROM city.${stream.table}_windows FINAL WHERE status = 'ok' AND ${name}_count > 0`,
  )
  const have = new Map(rows.map((r) => [windowKey(r.sensor, Number(r.start)), kind === 'counter' ? counted(r) : lasted(r)] as const))
  const want =
    kind === 'counter'
      ? [...expectedCounters(readings, name, stream.window.sizeMs)].map(([key, w]) => [key, counted(w)] as const)
      : [...expectedStates(readings, name, stream.window.sizeMs, OCCUPANCY)].map(([key, w]) => [key, lasted(w)] as const)
  return differences(new Map(want), have)
}

function counted({ count, sum, resets }: Pick<Row, 'count' | 'sum' | 'resets'>): string {
  return [count, sum === null ? null : Number(sum), resets].join(' ')
}

function lasted(o: {
  count: number
  duration?: Readonly<Record<string, string | number>>
  arrivals?: Readonly<Record<string, number>>
}): string {
  return [o.count, ...OCCUPANCY.flatMap((label) => [Number(o.duration?.[label] ?? 0), o.arrivals?.[label] ?? 0])].join(' ')
}
