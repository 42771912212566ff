import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { FOLD_ALGORITHMS, type FoldDocument } from './fold-document.ts'

const int = Type.Integer({ minimum: 0 })
const fraction = Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })])
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([Type.Null(), schema])

/** The shape of a fold document. */
export const foldDocumentSchema = Type.Object({
  algorithm: Type.Integer({ minimum: 1 }),
  stream: Type.String({ minLength: 1 }),
  from: nullable(Type.Integer()),
  sizeMs: Type.Integer({ minimum: 1_000 }),
  latenessMs: int,
  aheadMs: int,
  silence: Type.Enum(['zero', 'unknown']),
  properties: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      kind: Type.Enum(['count', 'gauge', 'counter', 'state']),
      resolution: Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,9})?$' }),
      nullable: Type.Boolean(),
      aggregates: Type.Array(Type.Enum(['sum', 'min', 'max', 'mean', 'last', 'duration', 'arrivals'])),
      label: Type.Optional(Type.Boolean()),
      rollover: Type.Optional(Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,9})?$' })),
    }),
  ),
  disclosure: nullable(
    Type.Object({
      policy: Type.Integer({ minimum: 1 }),
      from: Type.Integer(),
      epsilon: fraction,
      group: Type.Integer({ minimum: 1 }),
      beta: fraction,
    }),
  ),
  sensors: nullable(Type.Array(Type.String({ minLength: 1 }))),
  alerts: Type.Array(
    Type.Object({
      rule: Type.String({ minLength: 1 }),
      version: Type.Integer({ minimum: 1 }),
      on: Type.Enum(['reading', 'window']),
      when: Type.String(),
      clear: Type.String(),
      forMs: int,
      severity: Type.Enum(['info', 'warning', 'critical']),
      title: Type.String(),
    }),
  ),
  schemas: Type.Optional(Type.Array(Type.Object({ id: Type.Integer({ minimum: 1 }), avro: Type.Object({}) }))),
})

/** What is judged of a document of an algorithm that is not known here: its other keys mean what they will. */
const laterSchema = Type.Object({ algorithm: Type.Integer({ minimum: Math.max(...FOLD_ALGORITHMS) + 1 }) })

/**
 * Reads a fold marker's value. A document of a later algorithm is given as it is: whoever reads one compares `algorithm`
 * before anything else.
 * @throws RangeError naming what is not as it must be
 */
export function parseFoldDocument(bytes: Uint8Array): FoldDocument {
  const value: unknown = jsonOf(bytes)
  if (Value.Check(laterSchema, value)) return value as FoldDocument
  if (!Value.Check(foldDocumentSchema, value)) {
    const faults = [...Value.Errors(foldDocumentSchema, value)].map((e) => `${e.instancePath || 'document'} ${e.message}`)
    throw new RangeError(`Not a fold document: ${faults.join('; ')}`)
  }
  const document: Static<typeof foldDocumentSchema> = value
  return document
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new RangeError('Not a fold document: no UTF-8 JSON', { cause: error })
  }
}
