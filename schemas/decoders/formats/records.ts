import { jsonOf, type Json, objectOf } from '../../src/decode/json.ts'
import { tooMany } from '../../src/decode/limit-readings.ts'
import { type Mapping, rowReadings } from '../../src/decode/mapping.ts'
import { type Decoded, type Reading, Refused } from '../../src/decode/reading.ts'

/** How deep a record may nest; deeper parts are left out. */
const DEEPEST = 4

/**
 * The records of an open-data or sensor API, one reading each: a record, a list of them, the answer of a page of
 * SensorThings (`value`), Opendatasoft (`results`) or CKAN (`result.records`), or a context broker's notification (`data`):
 * Smart Data Models' entities are records, plain or with attributes (`fillingLevel.value`). What lies deeper in a record has a name
 * with dots, such as `Datastream.@iot.id`.
 */
export function recordReadings(payload: Uint8Array, mapping: Mapping): Decoded {
  const value = jsonOf(payload)
  if (value instanceof Refused) return value
  const records = recordsOf(value)
  if (records === null) return new Refused('undecodable', 'neither a record nor a list of records')
  const many = tooMany(records.length)
  if (many !== null) return many
  return records.flatMap<Reading | Refused>((record, i) => {
    const object = objectOf(record)
    return object === null ? [new Refused('invalid', `record ${i + 1} is no object`)] : rowReadings(flat(object), mapping)
  })
}

function recordsOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  const object = objectOf(value)
  if (object === null) return null
  const list = [object.value, object.results, objectOf(object.result)?.records, object.data].find((one) => Array.isArray(one))
  return (list as readonly unknown[] | undefined) ?? [object]
}

function flat(record: Json, before = '', depth = 1): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    const inner = objectOf(value)
    if (inner === null) out[before + name] = value
    else if (depth < DEEPEST) Object.assign(out, flat(inner, `${before}${name}.`, depth + 1))
  }
  return out
}
