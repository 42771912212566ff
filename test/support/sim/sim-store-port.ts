import type { FoldDocument } from '@commonstream/schemas'
import type { AlertStateRow } from '@commonstream/worker/fold/alerts/alerts.ts'
import type { OpenWindow } from '@commonstream/worker/fold/windows.ts'
import { storeRetriable } from '@commonstream/worker/ports/clickhouse/insert-rows.ts'
import { openWindow } from '@commonstream/worker/ports/clickhouse/read-figures.ts'
import { carryOf } from '@commonstream/worker/ports/clickhouse/read-points.ts'
import { ledgerRowOf } from '@commonstream/worker/ports/clickhouse/read-ledger.ts'
import type { FiguresQuery, PointedQuery, PointedWindow, StorePort } from '@commonstream/worker/ports/store-port.ts'
import { type Faults, request, SimFault } from './faults.ts'
import { chunkSums } from './chunk-sums.ts'
import { groupBy, type Group } from './merge.ts'
import type { Row } from './row-binary.ts'
import type { SimProcess } from './sim-process.ts'
import type { SimStore } from './sim-store.ts'

/** The store as one process reaches it. */
export function simStorePort(store: SimStore, process: SimProcess, faults: Faults): StorePort {
  const ask = <T>(name: string, effect: (partial: boolean) => T) => request(faults, process, 'store', name, effect)
  return {
    ready: () => ask('ready', () => undefined),
    close: async () => undefined,
    insert(target, rows) {
      const sent = Buffer.from(rows) // the caller may go on writing into its buffer once the request is sent
      return ask(`insert ${target.table}`, (partial) => store.insert(target, sent, partial))
    },
    retriable: storeRetriable,
    ledgerRow: (stream, partition, last) =>
      ask('ledgerRow', () => {
        const certified = store
          .read('ledger')
          .filter((r) => r['stream'] === stream && r['partition'] === partition && r['complete'] === true && r['last'] === last)
        const row = certified.sort((a, b) => Number(b['chunk']) - Number(a['chunk']))[0]
        return row === undefined ? null : ledgerRowOf({ ...row, at: row['appended'] })
      }),
    certified: (stream, partition) =>
      ask('certified', () => {
        if (store.lagsNow()) throw new SimFault('store', 'certified', 'refused') // asked with sequential consistency
        const rows = store.rows('ledger').filter((r) => r['stream'] === stream && r['partition'] === partition)
        const last = rows.toSorted((a, b) => Number(b['version']) - Number(a['version']))[0]
        return last === undefined ? null : { offset: Number(last['last']), id: String(last['last_id']), chunk: Number(last['chunk']) }
      }),
    intended: (stream, partition, from) =>
      ask('intended', () => {
        if (store.lagsNow()) throw new SimFault('store', 'intended', 'refused')
        const rows = store.rows('flush_intents').filter((r) => r['stream'] === stream && r['partition'] === partition)
        const said = rows.map((r) => ({ offset: Number(r['last']), id: String(r['last_id']), owner: String(r['owner']) }))
        return said.filter(({ offset }) => offset >= from).sort((a, b) => a.offset - b.offset)
      }),
    chunkSums: (o) => ask('chunkSums', () => chunkSums(store, o)),
    idsElsewhere: ({ table, partition, chunk, last, ids }) =>
      ask('idsElsewhere', () => {
        const rows = store.read(`${table}_readings`).filter((r) => r['partition'] === partition && ids.includes(String(r['event_id'])))
        return rows.filter((r) => Number(r['offset']) < chunk || Number(r['offset']) > last).length
      }),
    commitments: (stream) =>
      ask('commitments', () => {
        const rows = store.read('ledger').filter((r) => r['stream'] === stream)
        return Object.assign({}, ...rows.map((r) => JSON.parse(String(r['keys'])) as object)) as Record<string, string>
      }),
    alertStates: (stream, partition, chunk, version) =>
      ask('alertStates', () => {
        const rows = store.read('alert_states').filter((r) => r['stream'] === stream && r['partition'] === partition)
        const left = rows.filter((r) => r['chunk'] === chunk && r['version'] === version)
        return left.map(
          (r): AlertStateRow => ({
            rule: String(r['rule']),
            subject: String(r['subject']),
            state: JSON.parse(String(r['state'])) as unknown,
          }),
        )
      }),
    carries: (table, partition, chunk, version) =>
      ask('carries', () => {
        const rows = store
          .read(`${table}_carries`)
          .filter((r) => r['partition'] === partition && r['chunk'] === chunk && r['version'] === version)
        return rows.map((r) => {
          const [sensor, property, value, hex] = ['sensor', 'property', 'value', 'id'].map((name) => String(r[name])) as [
            string,
            string,
            string,
            string,
          ]
          return carryOf({ sensor, property, ms: Number(r['at']), value, hex })
        })
      }),
    pointedWindows: (q) =>
      ask('pointedWindows', () => {
        if (store.lagsNow()) throw new SimFault('store', 'pointedWindows', 'refused')
        return pointedOf(store.rows(`${q.table}_partials`), q)
      }),
    async *figures(properties, query) {
      yield* await ask('figures', () => {
        // A revision's base is asked with sequential consistency: a replica that lags refuses instead.
        if (query.sensors !== undefined && store.lagsNow()) throw new SimFault('store', 'figures', 'refused')
        const rows = query.sensors === undefined ? store.read(`${query.table}_partials`) : store.rows(`${query.table}_partials`)
        return figuresOf(rows, properties, query)
      })
    },
  }
}

function figuresOf(rows: readonly Row[], properties: FoldDocument['properties'], q: FiguresQuery): OpenWindow[] {
  const wanted = rows.filter(
    (r) =>
      r['partition'] === q.partition &&
      Number(r['chunk']) < q.chunk &&
      (q.from === undefined || Number(r['window']) >= Math.max(0, q.from)) &&
      (q.to === undefined || Number(r['window']) < q.to) &&
      (q.sensors === undefined || q.sensors.includes(String(r['sensor']))) &&
      (q.starts === undefined || q.starts.includes(Number(r['window']))),
  )
  return groupBy(wanted, properties).map((group) => openWindow(properties, answerOf(group, properties)))
}

/** Every window with points from a sensor's instant on, and every one before it: more than was asked for does no harm. */
function pointedOf(rows: readonly Row[], q: PointedQuery): PointedWindow[] {
  const wanted = rows.filter(
    (r) =>
      r['partition'] === q.partition &&
      Number(r['chunk']) < q.chunk &&
      q.from.has(String(r['sensor'])) &&
      Number(r['window']) >= q.begin &&
      Number(r['window']) < q.before,
  )
  return wanted.map((r) => {
    const has = q.names.filter((name) => Number(r[`${name}_count`] ?? 0) > 0)
    return { sensor: String(r['sensor']), start: Number(r['window']), sizeMs: Number(r['size']) * 1_000, has }
  })
}

/** A group as `figuresSql` has it answered. */
function answerOf(group: Group, properties: FoldDocument['properties']): unknown[] {
  const columns = properties.flatMap(({ name }) => {
    const f = group.properties[name]
    const points = [...(f?.points ?? [])].map(([key, value]) => [Number(key.split('|')[0]), value, key.split('|')[1]])
    return f === undefined ? [] : [f.count, f.sum, f.min, f.max, f.last, f.lastAt, f.lastId ?? '', points]
  })
  return [group.sensor, group.start / 1000, group.sizeMs / 1000, group.count, ...columns]
}
