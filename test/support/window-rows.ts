import type { Property, Stream } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import type { ExpectedWindow } from './oracle.ts'
import type { TestStack } from './stack.ts'

/** A window of one sensor, merged from its partials: figures by column, in units of each property's resolution. */
export interface MergedRow {
  readonly sensor: string
  readonly start: number | string
  readonly events: number | string
  readonly [column: string]: number | string | null
}

/** Every window of a stream as its partials say it. */
export function mergedRows(stack: TestStack, stream: Stream, properties: readonly Property[]): Promise<MergedRow[]> {
  const figures = properties.flatMap(({ name: p, aggregates: a }) => [
    `sum(${p}_count) AS ${p}_n`,
    ...(a.includes('sum') || a.includes('mean') ? [`sum(${p}_sum) AS ${p}_total`] : []),
    ...(a.includes('min') ? [`min(${p}_min) AS ${p}_least`] : []),
    ...(a.includes('max') ? [`max(${p}_max) AS ${p}_most`] : []),
    ...(a.includes('last') ? [`argMaxIf(${p}_last, ${p}_last_at, ${p}_count > 0) AS ${p}_newest`] : []),
  ])
  return storeRows<MergedRow>(
    stack,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, sum(count) AS events, ${figures.join(', ')} FROM city.${stream.table}_partials FINAL GROUP BY sensor, window`,
  )
}

/** Every closed window of an unprotected stream as it was published; imported ones apart. */
export function closedRows(stack: TestStack, stream: Stream, properties: readonly Property[]): Promise<MergedRow[]> {
  const columns = { sum: 'total', min: 'least', max: 'most', last: 'newest' } as const
  const figures = properties.flatMap(({ name: p, aggregates: a }) => [
    `${p}_count AS ${p}_n`,
    ...(['sum', 'min', 'max', 'last'] as const)
      .filter((aggregate) => a.includes(aggregate) || (aggregate === 'sum' && a.includes('mean')))
      .map((aggregate) => `${p}_${aggregate} AS ${p}_${columns[aggregate]}`),
  ])
  return storeRows<MergedRow>(
    stack,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, count AS events${figures.map((f) => `, ${f}`).join('')} FROM city.${stream.table}_windows FINAL WHERE status = 'ok' AND origin != 'imported'`,
  )
}

/** Whether a window says of every property what it should. */
export function isSame(properties: readonly Property[], want: ExpectedWindow | undefined, have: MergedRow | undefined): boolean {
  if (want === undefined || have === undefined || Number(have.events) !== want.events) return false
  return properties.every(({ name, aggregates }) => {
    const figures = want.figures[name]
    const found = (what: string) => Number(have[`${name}_${what}`])
    if (figures === undefined || found('n') !== figures.count) return false
    if (figures.count === 0) return true
    if ((aggregates.includes('sum') || aggregates.includes('mean')) && found('total') !== figures.sum) return false
    if (aggregates.includes('min') && found('least') !== figures.min) return false
    if (aggregates.includes('max') && found('most') !== figures.max) return false
    return !aggregates.includes('last') || figures.last.includes(found('newest'))
  })
}
