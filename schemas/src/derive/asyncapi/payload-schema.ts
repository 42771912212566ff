import type { Property, Stream } from '../../contract/stream.ts'

interface AvroField {
  readonly name: string
  readonly type: unknown
  readonly pattern?: string
}

const INT = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }

/** JSON Schema of what a stream's sensors publish; of codecs other than `json` only what kind of thing it is. */
export function payloadSchema(stream: Stream): object {
  const { codec, payload: names } = stream.source
  if (codec !== 'json')
    return { description: `As the codec ${codec} takes it${names === undefined ? '' : ', by the names in the contract (source.payload)'}.` }
  const fields = (stream.avro as { fields: AvroField[] }).fields
  const properties = stream.properties.map((p) => [p.name, fieldSchema(p, fields.find((f) => f.name === p.name) as AvroField)] as const)
  const reading = {
    type: 'object',
    description: 'One reading. Fields that are not declared are dropped.',
    required: ['at', ...stream.properties.filter((p) => !p.nullable).map((p) => p.name)],
    properties: {
      at: {
        description: 'When it was measured: RFC 3339 with an offset, or milliseconds since 1970.',
        oneOf: [{ type: 'string', format: 'date-time' }, { type: 'integer' }],
      },
      seq: { type: 'integer', minimum: 0, description: 'Counts up with each message of a sensor: tells equal readings apart.' },
      boot: { type: ['string', 'integer'], description: 'Changes when a sensor starts anew, and seq with it.' },
      ...Object.fromEntries(properties),
    },
  }
  return { oneOf: [reading, { type: 'array', minItems: 1, items: reading }] }
}

function fieldSchema(property: Property, field: AvroField): object {
  const { doc, unit, nullable, observedProperty } = property
  const about = { description: unit === '1' ? doc : `${doc} (${unit})`, 'x-unit': unit, 'x-observed-property': observedProperty }
  const type = nullable ? (field.type as unknown[])[1] : field.type
  const value = valueSchema(type, field.pattern)
  return { ...value, ...(nullable && nulled(value)), ...about }
}

function nulled({ type, enum: symbols }: { readonly type: string; readonly enum?: readonly string[] }): object {
  return { type: [type, 'null'], ...(symbols && { enum: [...symbols, null] }) }
}

function valueSchema(type: unknown, pattern: string | undefined): { type: string; enum?: readonly string[] } {
  if (typeof type === 'object') return { type: 'string', enum: (type as { symbols: readonly string[] }).symbols }
  if (type === 'string') return { type: 'string', ...(pattern !== undefined && { pattern: `^(?:${pattern})$` }) }
  if (type === 'double') return { type: 'number' }
  return { type: 'integer', ...(type === 'int' && INT) }
}
