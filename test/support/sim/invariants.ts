import { type EventCodec, windowsTopic } from '@commonstream/schemas'
import type { Row } from './row-binary.ts'
import type { StoredRecord } from './sim-kafka.ts'
import type { Simulation } from './simulation.ts'

/** What holds at every moment, not only at the end: looked at with every insert. */
export class Invariants {
  readonly violations: string[] = []
  /** Something was lost for good: what is certified need not be there. */
  relaxed = false
  readonly #sim: Simulation
  readonly #readings = new Set<string>()
  readonly #ids = new WeakMap<StoredRecord, string | null>()
  #recordsRead: number[] = []
  readonly #published = new Map<string, Set<number>>()

  constructor(sim: Simulation) {
    this.#sim = sim
    sim.store.watch = (table, rows) => this.#inserted(table, rows)
  }

  #inserted(table: string, rows: readonly Row[]): void {
    if (table === `${this.#sim.stream.table}_readings`) for (const row of rows) this.#readings.add(String(row['event_id']))
    if (table === 'ledger') for (const row of rows) this.#certifies(row)
    else if (table === `${this.#sim.stream.table}_windows`) this.#afterItsRecord(rows)
  }

  /** A ledger row certifies what stands in the store already: never claim before effect. */
  #certifies(row: Row): void {
    if (this.relaxed) return
    const { store, stream } = this.#sim
    const inChunk = (r: Row) => r['partition'] === row['partition'] && r['chunk'] === row['chunk']
    const counted = store.rows('accounting').filter(inChunk)
    const sum = (name: string) => counted.reduce((n, r) => n + Number(r[name]), 0)
    const place = `${row['partition']}@${row['chunk']}..${row['last']}`
    if (counted.every((r) => Number(r['version']) <= Number(row['last'])) && sum('records') !== Number(row['records']))
      this.violations.push(`the ledger certified ${row['records']} records of ${place}, accounting had ${sum('records')}`)
    const partials = store.rows(`${stream.table}_partials`).filter(inChunk)
    const events = partials.reduce((n, r) => n + Number(r['count']), 0)
    if (partials.every((r) => Number(r['version']) <= Number(row['last'])) && events !== Number(row['stored']))
      this.violations.push(`the ledger certified ${row['stored']} events of ${place}, partials had ${events}`)
    for (const id of this.#idsOf(row))
      if (!this.#readings.has(id)) this.violations.push(`the ledger certified ${place}, and its reading ${id} was not there`)
  }

  /** The events of a chunk up to where a row certifies it: each is stored there, or was before. */
  #idsOf(row: Row): string[] {
    const { kafka, city } = this.#sim
    const { codec, eventsTopic } = city.contexts[0]!
    const records = kafka.partition(eventsTopic, Number(row['partition'])).slice(Number(row['chunk']), Number(row['last']) + 1)
    return records.flatMap((record) => this.#idOf(record, codec) ?? [])
  }

  /** An event's id, looked for once; null: it is none, or garbage, which is in quarantine. */
  #idOf(record: StoredRecord, codec: EventCodec): string | null {
    let id = this.#ids.get(record)
    if (id === undefined) this.#ids.set(record, (id = eventIdOf(record, codec)))
    return id
  }

  /** A window's record is acknowledged by the topic before its row is inserted. */
  #afterItsRecord(rows: readonly Row[]): void {
    this.#readTopic()
    for (const row of rows) {
      const key = `${row['sensor']}|${row['window']}|${Number(row['size']) * 1000}`
      if (!this.#published.get(key)?.has(Number(row['rev'])))
        this.violations.push(`the row of window ${key} rev ${row['rev']} was there before its record`)
    }
  }

  #readTopic(): void {
    const { kafka, stream, city } = this.#sim
    for (const [p, partition] of kafka.partitions(windowsTopic(stream.name)).entries()) {
      for (const record of partition.slice(this.#recordsRead[p] ?? 0, partition.end)) {
        const { rev } = city.contexts[0]!.windowCodec.decode(record.value as Buffer)
        const revs = this.#published.get(record.key) ?? new Set()
        this.#published.set(record.key, revs.add(Number(rev)))
      }
      this.#recordsRead[p] = partition.end
    }
  }
}

function eventIdOf({ value, headers }: StoredRecord, codec: EventCodec): string | null {
  if (value === null || headers['kind'] !== undefined) return null
  try {
    return codec.decode(value).event_id.toString('hex')
  } catch {
    return null
  }
}
