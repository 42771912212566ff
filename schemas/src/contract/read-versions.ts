import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from './faults.ts'
import { incompatible } from './incompatible.ts'
import { type EventSchema, readEventSchema } from './read-event-schema.ts'

/**
 * Every version of a stream's event schema by id: the current one and the kept ones (`event.<id>.avsc`). The current
 * schema must read what each kept one wrote (Avro's BACKWARD compatibility).
 */
export function readVersions(dir: string, name: string, current: EventSchema, report: Report): Map<number, object> {
  const versions = new Map([[current.schemaId, current.avro]])
  for (const file of readdirSync(dir)
    .filter((f) => /^event\..+\.avsc$/.test(f))
    .sort()) {
    const path = `${name}/${file}`
    const kept = readEventSchema(join(dir, file), path, report)
    if (kept === null) continue
    if (file !== `event.${kept.schemaId}.avsc`)
      kept.source.fault(['schemaId'], `schema id ${kept.schemaId} belongs into event.${kept.schemaId}.avsc`)
    if (versions.has(kept.schemaId))
      kept.source.fault(['schemaId'], `schema id ${kept.schemaId} is taken by another version; a changed schema takes a new id`)
    checkReads(current, kept, file)
    versions.set(kept.schemaId, kept.avro)
  }
  return versions
}

function checkReads(current: EventSchema, kept: EventSchema, file: string): void {
  for (const { field, message } of incompatible(current.avro, kept.avro)) {
    const index = current.fields.findIndex((f) => f.name === field)
    if (index < 0) current.source.fault([], `cannot read events of ${file}: ${message}`)
    else current.source.fault(['fields', index, 'name'], `cannot read events of ${file}: "${field}" ${message}`)
  }
}
