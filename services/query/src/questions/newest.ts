import type { Stream } from '@commonstream/schemas'
import { quoted } from '@commonstream/schemas/derive/table-spec.ts'
import { type Question, seconds } from './question.ts'

/** A figure in units of its resolution, or a label; null where the event lacks it. */
export type Figure = number | string | null

/** The newest that the store holds of a sensor: an event (`at`) or a window (`from`, `to`). Epoch ms. */
export interface Newest {
  readonly sensor: string
  readonly at: number | null
  readonly from: number | null
  readonly to: number | null
  readonly policy: number
  /** By property, in the contract's order. */
  readonly figures: readonly Figure[]
}

/** The newest event of every sensor of an unprotected stream. */
export function newestEventsQuestion(stream: Stream): Question<Newest> {
  return {
    name: 'latest',
    sql: `SELECT sensor, toUnixTimestamp64Milli(at), ${stream.properties.map((p) => quoted(p.name)).join(', ')} FROM ${quoted(`${stream.table}_latest`)} FINAL`,
    params: {},
    read: ([sensor, at, ...figures]) => ({
      sensor: sensor as string,
      at: at as number,
      from: null,
      to: null,
      policy: 0,
      figures: figures as Figure[],
    }),
  }
}

/**
 * The newest event of every sensor before an instant (epoch ms), of those that are kept as readings since `since`, or
 * else the newest of all: what was so at that instant, whatever has come since.
 */
export function newestBeforeQuestion(stream: Stream, before: number, since: number): Question<Newest> {
  const columns = ['sensor', 'at', ...stream.properties.map((p) => quoted(p.name))].join(', ')
  const shown = ['sensor', 'toUnixTimestamp64Milli(at)', ...stream.properties.map((p) => quoted(p.name))].join(', ')
  return {
    ...newestEventsQuestion(stream),
    name: 'latest_before',
    sql: `SELECT ${shown} FROM (
SELECT ${columns} FROM ${quoted(`${stream.table}_latest`)} FINAL WHERE at < fromUnixTimestamp64Milli({before:Int64})
UNION ALL SELECT ${columns} FROM ${quoted(`${stream.table}_readings`)} FINAL
WHERE at >= fromUnixTimestamp64Milli({since:Int64}) AND at < fromUnixTimestamp64Milli({before:Int64})
) ORDER BY at DESC LIMIT 1 BY sensor`,
    params: { before, since },
  }
}

/** The newest release of every sensor of a protected stream, no older than a day before the newest of all. */
export function newestReleasesQuestion(stream: Stream): Question<Newest> {
  const table = quoted(`${stream.table}_windows`)
  return {
    name: 'latest_releases',
    sql: `SELECT sensor, toUnixTimestamp(\`window\`), size, policy, ${sumsOf(stream).join(', ')}
FROM ${table} FINAL
WHERE \`window\` >= (SELECT max(\`window\`) FROM ${table}) - INTERVAL 1 DAY AND status = 'ok' AND sensor != ''
ORDER BY \`window\` DESC LIMIT 1 BY sensor`,
    params: {},
    read: readWindow,
  }
}

/** The newest window with events of every sensor of a protected stream, for operations: none that starts before `from` (epoch ms). */
export function newestPartialsQuestion(stream: Stream, from: number): Question<Newest> {
  return {
    name: 'latest_partials',
    sql: `SELECT sensor, toUnixTimestamp(\`window\`), size, 0, ${sumsOf(stream)
      .map((sum) => `sum(${sum})`)
      .join(', ')}
FROM ${quoted(`${stream.table}_partials`)} FINAL WHERE \`window\` >= toDateTime({from:UInt32}) AND count > 0
GROUP BY sensor, \`window\`, size ORDER BY \`window\` DESC LIMIT 1 BY sensor`,
    params: { from: seconds(from) },
    read: readWindow,
  }
}

function sumsOf(stream: Stream): string[] {
  return stream.properties.map((p) => quoted(`${p.name}_sum`))
}

function readWindow([sensor, from, size, policy, ...figures]: readonly unknown[]): Newest {
  const start = (from as number) * 1_000
  return {
    sensor: sensor as string,
    at: null,
    from: start,
    to: start + (size as number) * 1_000,
    policy: policy as number,
    figures: figures as Figure[],
  }
}

/** The ids of every sensor that an unprotected stream ever heard. */
export function heardSensorsQuestion(stream: Stream): Question<string> {
  return {
    name: 'heard',
    sql: `SELECT DISTINCT sensor FROM ${quoted(`${stream.table}_latest`)} ORDER BY sensor`,
    params: {},
    read: ([sensor]) => sensor as string,
  }
}
