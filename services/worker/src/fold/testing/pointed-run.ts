import type { Property, Stream } from '@commonstream/schemas'
import { resolvePointed } from '../../flush/pointed-revisions.ts'
import type { PointedQuery, PointedWindow, StorePort } from '../../ports/store-port.ts'
import type { MemoryStore } from './memory-run.ts'

const COMMON = { doc: 'x', unit: '1', observedProperty: 'urn:x', resolution: '1' } as const

/** A stream with a counter that rolls over at 1,000 and a labelled state that an event may lack, after another's contract. */
export function pointedStream(like: Stream): Stream {
  const properties: Property[] = [
    { ...COMMON, name: 'energy', kind: 'counter', nullable: false, aggregates: ['sum', 'last'], rollover: '1000' },
    { ...COMMON, name: 'bay', kind: 'state', nullable: true, aggregates: ['duration', 'arrivals', 'last'], label: true },
    { ...COMMON, name: 'note', kind: 'state', nullable: true, aggregates: [], label: true },
  ]
  const head = (like.avro as { fields: { name: string }[] }).fields.slice(0, 4)
  const label = (name: string) => ({ name, type: ['null', 'string'], default: null })
  const avro = { ...like.avro, fields: [...head, { name: 'energy', type: 'long' }, label('bay'), label('note')] }
  return { ...like, properties, alerts: [], avro, versions: new Map([[like.schemaId, avro]]) }
}

/** Resolves the late revisions of counters and states against what complete chunks hold, and notes their rows. */
export async function resolveRevisions(store: MemoryStore, stream: Stream): Promise<void> {
  const ask: Pick<StorePort, 'figures' | 'pointedWindows'> = {
    async *figures(_, { chunk, sensors, starts }) {
      for (const [key, figures] of store.merged(chunk)) {
        const [sensor, start, sizeMs] = key.split('|') as [string, string, string]
        if (sensors!.includes(sensor) && starts!.includes(Number(start)))
          yield { sensor, start: Number(start), sizeMs: Number(sizeMs), figures }
      }
    },
    async pointedWindows(q) {
      return q.names.flatMap((name) => windowsOf(store, stream, name, q))
    },
  }
  for (const row of await resolvePointed(ask as StorePort, store.revisions.splice(0) as never)) store.note(row.row)
}

function windowsOf(store: MemoryStore, stream: Stream, name: string, q: PointedQuery): PointedWindow[] {
  const p = stream.properties.findIndex((property) => property.name === name)
  const all = [...store.merged(q.chunk)].flatMap(([key, figures]) => {
    const [sensor, start, sizeMs] = key.split('|') as [string, string, string]
    const window = { sensor, start: Number(start), sizeMs: Number(sizeMs), has: [name] }
    return figures.points![p]!.length > 0 && q.from.has(sensor) && window.start >= q.begin && window.start < q.before ? [window] : []
  })
  return [...Map.groupBy(all, (w) => w.sensor)].flatMap(([sensor, windows]) => {
    const sorted = windows.sort((a, b) => a.start - b.start)
    const from = q.from.get(sensor) as number
    const last = sorted.findLast((w) => w.start < from)
    return [...(last === undefined ? [] : [last]), ...sorted.filter((w) => w.start >= from)]
  })
}
