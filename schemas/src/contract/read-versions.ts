import avsc from 'avsc'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from './faults.ts'
import { readEventSchema } from './read-event-schema.ts'

interface Current {
  readonly schemaId: number
  readonly avro: object
}

/**
 * Every version of a stream's event schema by id: the current one and the kept ones (`event.<id>.avsc`). The current
 * schema must read what each kept one wrote (Avro's BACKWARD compatibility).
 */
export function readVersions(dir: string, name: string, current: Current, report: Report): Map<number, object> {
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
    const fault = incompatibility(current.avro, kept.avro)
    if (fault !== null)
      report({
        file: `${name}/event.avsc`,
        line: null,
        message: `cannot read events of ${file}: ${fault}; new fields need a default, kept ones their type`,
      })
    versions.set(kept.schemaId, kept.avro)
  }
  return versions
}

function incompatibility(reader: object, writer: object): string | null {
  const types = [reader, writer].map((schema) => avsc.Type.forSchema(schema as avsc.Schema))
  try {
    types[0]!.createResolver(types[1]!)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
