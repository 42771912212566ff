import type avsc from 'avsc'
import type { Type } from 'avsc'
import type { EventRecord, Stream } from '../contract/stream.ts'
import { CodecFault } from './codec-fault.ts'
import { FRAME_BYTES, frameId, framedEncoder } from './framing.ts'
import { typeOf } from './type-of.ts'

export interface EventCodec {
  readonly schemaId: number
  /** @throws TypeError for a value that is not of the schema, or a number that is not finite */
  encode(event: EventRecord): Buffer
  /** @throws CodecFault */
  decode(bytes: Buffer): EventRecord
}

type Resolver = ReturnType<Type['createResolver']>

/**
 * The codec of a stream's events: Confluent-framed Avro, written in the current schema, read from every kept version.
 * Truncated bytes, bytes behind the value and numbers that are not finite are `corrupt`; an id that the contract does
 * not have is `unknown_schema`. Times stay plain numbers: a class per logical type costs a fifth of the speed.
 */
export function eventCodec(stream: Pick<Stream, 'schemaId' | 'avro' | 'versions'>): EventCodec {
  const type = typeOf(stream.avro)
  const doubles = floatingFields(type)
  const write = framedEncoder(type, stream.schemaId)
  const resolvers = new Map<number, Resolver>()

  function resolverOf(id: number): Resolver {
    const cached = resolvers.get(id)
    if (cached !== undefined) return cached
    const writer = stream.versions.get(id)
    if (writer === undefined) throw new CodecFault('unknown_schema', `schema id ${id} is not of this stream`)
    const resolver = type.createResolver(typeOf(writer))
    resolvers.set(id, resolver)
    return resolver
  }

  function notFinite(event: EventRecord): string | null {
    for (const name of doubles) {
      const value = event[name]
      if (value !== null && !Number.isFinite(value)) return name
    }
    return null
  }

  return {
    schemaId: stream.schemaId,
    encode(event) {
      const name = notFinite(event)
      if (name !== null) throw new TypeError(`${name} is not a finite number`)
      return write(event)
    },
    decode(bytes) {
      const id = frameId(bytes)
      const event = decodeWhole(type, bytes, id === stream.schemaId ? undefined : resolverOf(id)) as EventRecord
      if (doubles.length > 0) {
        const name = notFinite(event)
        if (name !== null) throw new CodecFault('corrupt', `${name} is not a finite number`)
      }
      return event
    },
  }
}

/** Decodes one framed value that fills `bytes` exactly; `from` is where it begins. */
export function decodeWhole(type: Type, bytes: Buffer, resolver: Resolver | undefined, from = FRAME_BYTES): unknown {
  let decoded: { value: unknown; offset: number }
  try {
    decoded = type.decode(bytes, from, resolver)
  } catch (error) {
    throw new CodecFault('corrupt', 'not a value of its schema', error)
  }
  if (decoded.offset !== bytes.length) {
    throw new CodecFault(
      'corrupt',
      decoded.offset < 0 ? 'the bytes end before the value does' : `${bytes.length - decoded.offset} bytes too many`,
    )
  }
  return decoded.value
}

/** The fields that can hold what is no finite number. */
export function floatingFields(type: Type): string[] {
  const floating = (t: Type): boolean =>
    t.typeName === 'double' ||
    t.typeName === 'float' ||
    (t.typeName.startsWith('union') && (t as avsc.types.UnwrappedUnionType).types.some(floating))
  return (type as avsc.types.RecordType).fields.filter((f) => floating(f.type)).map((f) => f.name)
}
