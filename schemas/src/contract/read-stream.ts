import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tableOf } from '../derive/names.ts'
import { checkContract } from './check-contract.ts'
import { checkDecoder, decoderOf } from './check-decoder.ts'
import { checkExamples } from './check-examples.ts'
import { hasShape } from './check-shape.ts'
import { type Contract, contractSchema } from './contract-schema.ts'
import { durationMs } from './duration.ts'
import type { Report } from './faults.ts'
import { readDecisions } from './read-decisions.ts'
import { readEventSchema, readProperties } from './read-event-schema.ts'
import { readExamples } from './read-examples.ts'
import { readSensors } from './read-sensors.ts'
import { readVersions } from './read-versions.ts'
import { type SourceFile, readSource } from './source-file.ts'
import type { Stream } from './stream.ts'
import { contractPart } from './contract-part.ts'

interface Place {
  /** The folder of schemas and the stream's folder in it. */
  readonly root: string
  readonly folder: string
  /** Licence of streams that name none. */
  readonly licence: string
}

/**
 * Reads one stream's folder; null where a file is too broken to go on. Every fault is reported: without a contract the
 * other files are still read for theirs.
 */
export function readStream({ root, folder, licence }: Place, report: Report): Stream | null {
  const name = `streams/${folder}`
  const dir = join(root, name)
  const source = readSource(join(dir, 'contract.yaml'), `${name}/contract.yaml`, report)
  const event = readEventSchema(join(dir, 'event.avsc'), `${name}/event.avsc`, report)
  const examples = readExamples(join(dir, 'examples'), `${name}/examples`, report)
  const contract = source !== null && hasShape(contractSchema, source) ? source.value : null
  const properties = event === null ? [] : readProperties(event, contract?.windows.properties ?? {})
  const sensors = sensorsOf(join(dir, 'sensors.geojson'), `${name}/sensors.geojson`, contract, report)
  const versions = event === null ? new Map<number, object>() : readVersions(dir, name, event, report)
  if (source === null || event === null || contract === null) return null
  const { schemaId, avro } = event
  const part = contractPart(contract, properties, licence, source)
  const decoder = decoderOf(root, dir, part.source.codec)
  const decisions = readDecisions(join(dir, 'decisions.yaml'), `${name}/decisions.yaml`, part.assessment, report)
  const own = { ...part, source: { ...part.source, ...(decoder && { decoder }) } }
  const stream: Stream = {
    name: folder,
    table: tableOf(folder),
    ...own,
    decisions,
    properties,
    sensors,
    schemaId,
    avro,
    versions,
    examples,
  }
  if (contract.stream !== folder) source.fault(['stream'], `must be the folder's name, "${folder}"`)
  checkWindowed(stream, contract, event.fields, source)
  checkDecoder(stream, source)
  checkContract(stream, source)
  checkExamples(stream, `${name}/examples`, report)
  return stream
}

function sensorsOf(path: string, name: string, contract: Contract | null, report: Report): Stream['sensors'] {
  if (contract?.source.sensors === 'open' && !existsSync(path)) return []
  const source = readSource(path, name, report)
  return source === null ? [] : readSensors(source, durationMs(contract?.source.every ?? '') ?? 0)
}

function checkWindowed(stream: Stream, contract: Contract, fields: readonly { name: string }[], source: SourceFile): void {
  for (const name of Object.keys(contract.windows.properties)) {
    if (!fields.some((f) => f.name === name)) source.fault(['windows', 'properties', name], `event.avsc has no property "${name}"`)
  }
  if (stream.properties.every((p) => p.aggregates.length === 0) && stream.properties.length > 0) {
    source.fault(['windows', 'properties'], 'aggregates nothing; name at least one property')
  }
}
