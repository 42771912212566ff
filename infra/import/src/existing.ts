import type { ClickHouseClient } from '@clickhouse/client'
import { DATABASE, type Stream } from '@commonstream/schemas'
import type { ImportedWindow } from './window-fold.ts'

const HOUR_MS = 3_600_000

/** What stands where a window is to go: nothing or its own earlier import; one of our own; an import of another length. */
export type Place = 'free' | 'own' | 'other_size'

/** Judges where a window would go. */
export type PlaceOf = (window: Pick<ImportedWindow, 'sensor' | 'start' | 'sizeMs'>) => Place

interface Standing {
  readonly start: number
  readonly sizeMs: number
  readonly imported: boolean
}

/**
 * The windows that stand between two instants (epoch ms; whole hours), and the partials whose windows are not closed. No
 * window reaches over an hour, so those of one sensor and hour are all that can overlap.
 */
export async function existing(store: ClickHouseClient, stream: Stream, from: number, to: number): Promise<PlaceOf> {
  const standing = new Map<string, Standing[]>()
  const range = "`window` >= toDateTime({from:UInt32}, 'UTC') AND `window` < toDateTime({to:UInt32}, 'UTC')"
  const result = await store.query({
    query: `SELECT DISTINCT sensor, toUnixTimestamp(\`window\`), size, origin = 'imported' FROM ${DATABASE}.${stream.table}_windows WHERE ${range} AND status = 'ok'
UNION ALL SELECT DISTINCT sensor, toUnixTimestamp(\`window\`), size, false FROM ${DATABASE}.${stream.table}_partials WHERE ${range}`,
    query_params: { from: from / 1_000, to: to / 1_000 },
    format: 'JSONCompactEachRow',
  })
  for await (const rows of result.stream<[string, number, number, number | boolean]>()) {
    for (const row of rows) {
      const [sensor, start, size, imported] = row.json()
      const key = keyOf(sensor, start * 1_000)
      const list = standing.get(key)
      const one = { start: start * 1_000, sizeMs: size * 1_000, imported: Boolean(imported) }
      if (list === undefined) standing.set(key, [one])
      else list.push(one)
    }
  }
  return ({ sensor, start, sizeMs }) => {
    const over = (standing.get(keyOf(sensor, start)) ?? []).filter((s) => s.start < start + sizeMs && s.start + s.sizeMs > start)
    if (over.some((s) => !s.imported)) return 'own'
    return over.some((s) => s.start !== start || s.sizeMs !== sizeMs) ? 'other_size' : 'free'
  }
}

function keyOf(sensor: string, start: number): string {
  return `${Math.floor(start / HOUR_MS)}|${sensor}`
}
