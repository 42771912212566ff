import { hash } from 'node:crypto'
import {
  bareSchema,
  type EventCodec,
  eventCodec,
  type EventRecord,
  type EventVersion,
  type FoldDocument,
  foldDocumentOf,
} from '@commonstream/schemas'
import type { StreamContext } from '@commonstream/worker/flush/stream-context.ts'
import type { Random } from './random.ts'
import { pointsOf } from './sim-city.ts'
import type { StoredRecord } from './sim-kafka.ts'

const SECOND = 1_000

type Property = FoldDocument['properties'][number]

/** The next version of the contract, as its bridges write and the log names it. */
interface Newer {
  readonly codec: EventCodec
  readonly schemas: readonly EventVersion[]
}

/**
 * A log as no bridge would write it: ticks that are late, missing for long or from bridges never heard before, documents
 * at any time, also before the first tick, clocks that step back, repetitions at the edge of the horizon. The later
 * document may bring, retire or widen a property, and bridges of the new contract write beside those of the old one,
 * some of them before the log has named their schema.
 */
export function randomLog(context: StreamContext, random: Random, start: number): StoredRecord[] {
  const records: StoredRecord[] = []
  const first = foldDocumentOf(context.stream, null)
  let now = start
  let clock = 0
  const append = (value: Buffer | null, headers: Record<string, string> = {}) => {
    const own = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]))
    records.push({ offset: records.length, appended: now + clock, key: '', value, headers: own })
  }
  append(Buffer.from(JSON.stringify(first)), { kind: 'fold' })
  const events: Buffer[] = []
  let document: FoldDocument = first
  const newer = newerSchema(context)
  const quietUntil = start + random.pick([0, 0, 20, 60]) * SECOND
  for (let n = random.int(20, 220); n > 0; n--) {
    now += random.chance(0.02) ? random.int(20, 130) * SECOND : random.int(0, 2_500)
    if (random.chance(0.04)) clock = random.pick([0, 0, -3 * SECOND])
    const kind = random.next()
    if (kind < 0.35) {
      if (now >= quietUntil) append(null, tickOf(random, now))
    } else if (kind < 0.37 && document === first) {
      document = laterDocument(context, random, first, now + clock, newer)
      append(Buffer.from(JSON.stringify(document)), { kind: 'fold' })
    } else if (kind < 0.47 && events.length > 0) append(events[Math.max(0, events.length - 1 - random.int(0, 40))] as Buffer)
    else if (kind < 0.49) append(random.bytes(random.int(0, 20)))
    else {
      const codec = random.chance(document === first ? 0.05 : 0.5) ? newer.codec : context.codec
      events.push(eventOf(context, random, now, records.length, codec))
      append(events.at(-1) as Buffer)
    }
  }
  return records
}

function tickOf(random: Random, now: number): Record<string, string> {
  const asOf = now - random.pick([0, 0, 300, 5_000, 30_000])
  return { kind: 'tick', bridge: `bridge-${random.pick([0, 0, 1, 2])}`, asOf: String(asOf) }
}

/** The stream's event schema with one property more, as the next version of the contract has it. */
export function newerSchema({ stream }: StreamContext): Newer {
  const { fields } = stream.avro as { fields: object[] }
  const avro = { ...stream.avro, fields: [...fields, { name: 'extra', type: ['null', 'int'], default: null }] }
  const schemaId = stream.schemaId + 1
  const versions = new Map([...stream.versions, [schemaId, avro]])
  const schemas = [...versions].map(([id, schema]) => ({ id, avro: bareSchema(schema) }))
  return { codec: eventCodec({ schemaId, avro, versions }), schemas }
}

/** Nothing, a property more, one less, an aggregate more or less: everything that a property can do at a marker. */
function laterProperties(context: StreamContext, random: Random, first: FoldDocument): FoldDocument['properties'] {
  const aggregates = context.isProtected ? (['sum'] as const) : random.pick([['sum'] as const, ['mean', 'last'] as const])
  const extra = { name: 'extra', kind: 'count', resolution: '1', nullable: true, aggregates } as const
  const [head, serial, ...points] = first.properties as readonly [Property, Property, ...Property[]]
  // The rules read the mean of the first property, or its released sum.
  const narrower = context.isProtected ? head : { ...head, aggregates: random.pick([['mean'] as const, ['mean', 'last', 'max'] as const]) }
  return random.pick([
    [head, serial, ...points],
    [head, serial, extra, ...points],
    [extra, ...points.slice(1), head, serial],
    [head, ...points],
    [extra, head],
    [narrower, serial],
  ])
}

function laterDocument(context: StreamContext, random: Random, first: FoldDocument, appended: number, newer: Newer): FoldDocument {
  const sizeMs = random.pick([5, 10, 15, 20]) * SECOND
  const step = Math.max(sizeMs, first.sizeMs) * (sizeMs === 15 * SECOND ? 2 : 1)
  const tooLate = random.chance(0.1) ? 20 * SECOND : 0
  const from = Math.ceil((appended + first.aheadMs + context.scale.skewMs + SECOND - tooLate) / step) * step
  const disclosure = first.disclosure && { ...first.disclosure, policy: random.pick([1, 2]), from }
  const latenessMs = random.pick([0, 5, 8, 25]) * SECOND
  const properties = laterProperties(context, random, first)
  return { ...first, sizeMs, latenessMs, from, disclosure, properties, schemas: newer.schemas }
}

function eventOf(context: StreamContext, random: Random, now: number, serial: number, codec: EventCodec): Buffer {
  const sensor = random.pick(['a', 'b', 'c', 'd', 'e'])
  const at = now - (random.chance(0.15) ? random.int(0, 60_000) : random.int(0, 4_000))
  const level = () => ({ level: random.chance(0.05) ? null : random.int(0, 101) / 10, mode: null, ...pointsOf(serial) })
  const values = context.isProtected ? { passing: random.int(0, 11) } : level()
  const id = hash('sha256', String(serial), 'buffer').subarray(0, 16)
  const record = { event_id: id, sensor, at, clamped: random.chance(0.03), serial, ...values, extra: random.pick([null, 0, 7]) }
  return Buffer.from(codec.encode(record as unknown as EventRecord))
}
