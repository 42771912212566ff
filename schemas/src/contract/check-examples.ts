import avsc from 'avsc'
import type { Report } from './faults.ts'
import { refusedFor } from './read-examples.ts'
import type { Stream } from './stream.ts'

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/**
 * The examples of a stream with the `json` codec must be what the codec takes (an object with the Avro field names and
 * `at`, or an array of them), unless their name says that they are refused.
 */
export function checkExamples(stream: Stream, name: string, report: Report): void {
  if (stream.source.codec !== 'json') return
  const fields = (avsc.Type.forSchema(stream.avro as avsc.Schema) as avsc.types.RecordType).fields.filter((f) =>
    stream.properties.some((p) => p.name === f.name),
  )
  for (const { file, payload } of stream.examples) {
    if (refusedFor(file) !== null) continue
    for (const item of Array.isArray(payload) ? payload : [payload]) {
      const message = payloadFault(item, fields)
      if (message !== null)
        report({ file: `${name}/${file}`, line: null, message: `${message}; mend it, or name it refused.<reason>.json` })
    }
  }
}

function payloadFault(item: unknown, fields: readonly avsc.types.Field[]): string | null {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return 'is not an object, nor an array of objects'
  const payload = item as Record<string, unknown>
  const { at } = payload
  const timed = typeof at === 'number' ? Number.isInteger(at) : typeof at === 'string' && RFC3339.test(at) && !Number.isNaN(Date.parse(at))
  if (!timed) return '"at" must be an RFC 3339 time with offset or epoch milliseconds'
  for (const field of fields) {
    if (!field.type.isValid(payload[field.name] ?? null))
      return `"${field.name}" is ${JSON.stringify(payload[field.name]) ?? 'missing'}, which is not of its type`
  }
  return null
}
