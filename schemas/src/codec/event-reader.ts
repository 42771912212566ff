import type { EventRecord } from '../contract/stream.ts'
import { CodecFault } from './codec-fault.ts'
import { decodeWhole, floatingFields } from './event-codec.ts'
import { EventHead, HEAD_FIELDS } from './event-head.ts'
import { frameId } from './framing.ts'
import { typeOf } from './type-of.ts'

/** A version of an event schema, by its Confluent id. */
export interface EventVersion {
  readonly id: number
  readonly avro: object
}

/** Decodes one framed value of one schema. */
type Decode = (bytes: Buffer) => EventRecord

/** By schema text: a schema is compiled once, whatever number of partitions read it. A city has some dozens. */
const compiled = new Map<string, Decode>()

/**
 * Reads the events of one log in the schema that each was written in, as the log itself has said so far: what an event
 * says is a function of the log alone, never of the contract that a reader happens to have. A property that its writer
 * did not know is absent (undefined).
 */
export class EventReader {
  readonly #known = new Map<number, { readonly since: number; readonly decode: Decode }>()
  readonly #unnamed: readonly EventVersion[]

  /** @param unnamed versions by id that a log may hold whose documents name none: those of the contract */
  constructor(unnamed: ReadonlyMap<number, object>) {
    this.#unnamed = [...unnamed].map(([id, avro]) => ({ id, avro }))
  }

  /** A document in the log at `offset` says which versions may follow. What is known already stays. */
  learn({ schemas = this.#unnamed }: { readonly schemas?: readonly EventVersion[] }, offset: number): void {
    for (const { id, avro } of schemas) if (!this.#known.has(id)) this.#known.set(id, { since: offset, decode: decoderOf(avro) })
  }

  /** What documents said that were read back: @param since as `since` was then; 0 for what it does not hold */
  load(documents: readonly { readonly schemas?: readonly EventVersion[] }[], since: Readonly<Record<string, number>>): void {
    for (const { schemas = this.#unnamed } of documents)
      for (const version of schemas) this.learn({ schemas: [version] }, since[version.id] ?? 0)
  }

  /** The offsets from which each version is known, by id. */
  get since(): Record<string, number> {
    return Object.fromEntries([...this.#known].map(([id, { since }]) => [id, since]))
  }

  /**
   * The event at `offset`.
   * @throws CodecFault `unknown_schema` where the log had not named its schema before, else `corrupt`
   */
  decode(bytes: Buffer, offset: number): EventRecord {
    const id = frameId(bytes)
    const version = this.#known.get(id)
    if (version === undefined || version.since > offset)
      throw new CodecFault(
        'unknown_schema',
        `schema id ${id} is not one that the log had named by then: its writer was started before make apply; run that, then make replay`,
      )
    return version.decode(bytes)
  }
}

function decoderOf(avro: object): Decode {
  const text = JSON.stringify(avro)
  let decode = compiled.get(text)
  if (decode === undefined) compiled.set(text, (decode = compile(avro)))
  return decode
}

function compile(avro: object): Decode {
  const head = new EventHead()
  const properties = typeOf(withoutHead(avro))
  const doubles = floatingFields(properties)
  return (bytes) => {
    head.read(bytes)
    const event = decodeWhole(properties, bytes, undefined, head.next) as EventRecord
    for (const name of doubles) {
      const value = event[name]
      if (value !== null && !Number.isFinite(value)) throw new CodecFault('corrupt', `${name} is not a finite number`)
    }
    event.event_id = head.id
    event.sensor = head.sensor
    event.at = head.at
    event.clamped = head.clamped
    return event
  }
}

/** The record of the properties alone: what stands before them is read by itself. */
function withoutHead(avro: object): object {
  const { fields, ...record } = avro as { fields: readonly { name: string }[] }
  const names = fields.slice(0, HEAD_FIELDS.length).map((field) => field.name)
  if (names.join() !== HEAD_FIELDS.join()) throw new Error(`An event schema begins with ${HEAD_FIELDS.join()}, not with ${names.join()}`)
  return { ...record, fields: fields.slice(HEAD_FIELDS.length) }
}

/** A schema without what decoding does not need: documentation, units, defaults. */
export function bareSchema(avro: object): object {
  return typeOf(avro).schema() as object
}
