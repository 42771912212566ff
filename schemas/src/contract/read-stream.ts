import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tableOf } from '../derive/names.ts'
import { checkContract } from './check-contract.ts'
import { checkExamples } from './check-examples.ts'
import { hasShape } from './check-shape.ts'
import { type Contract, contractSchema } from './contract-schema.ts'
import { durationsOf } from './durations-of.ts'
import type { Report } from './faults.ts'
import { readDisclosure } from './read-disclosure.ts'
import { readEventSchema, readProperties } from './read-event-schema.ts'
import { readExamples } from './read-examples.ts'
import { readRules } from './read-rules.ts'
import { readSensors } from './read-sensors.ts'
import { readVersions } from './read-versions.ts'
import { type SourceFile, readSource } from './source-file.ts'
import type { Stream } from './stream.ts'

interface Place {
  /** The folder of schemas and the stream's folder in it. */
  readonly root: string
  readonly folder: string
  /** Licence of streams that name none. */
  readonly licence: string
}

/** Reads one stream's folder; null where a file is too broken to go on. Every fault is reported. */
export function readStream({ root, folder, licence }: Place, report: Report): Stream | null {
  const name = `streams/${folder}`
  const dir = join(root, name)
  const source = readSource(join(dir, 'contract.yaml'), `${name}/contract.yaml`, report)
  const event = readEventSchema(join(dir, 'event.avsc'), `${name}/event.avsc`, report)
  const examples = readExamples(join(dir, 'examples'), `${name}/examples`, report)
  const shaped = source !== null && hasShape(contractSchema, source)
  // Without a contract the other files are still read, for their faults.
  const contract = shaped ? (source.value as Contract) : null
  const properties = event === null ? [] : readProperties(event, contract?.windows.properties ?? {})
  const durations = contract === null || source === null ? null : durationsOf(contract, source)
  const sensors = sensorsOf(join(dir, 'sensors.geojson'), `${name}/sensors.geojson`, contract, durations?.everyMs ?? 60_000, report)
  const versions = event === null ? new Map<number, object>() : readVersions(dir, name, event, report)
  if (source === null || event === null || contract === null || durations === null) return null
  if (contract.stream !== folder) source.fault(['stream'], `must be the folder's name, "${folder}"`)
  const { disclosure, unprotected } = readDisclosure(contract.disclosure, source)
  const { everyMs, ...times } = durations
  const stream: Stream = {
    name: folder,
    table: tableOf(folder),
    title: contract.title,
    description: contract.description,
    steward: contract.steward,
    purpose: contract.purpose,
    legalBasis: contract.legalBasis,
    assessment: contract.assessment ?? null,
    personalData: contract.personalData,
    access: { level: contract.access.level, licence: contract.access.licence ?? (contract.access.level === 'public' ? licence : null), grounds: contract.access.grounds ?? null },
    source: { mqtt: contract.source.mqtt, codec: contract.source.codec, sensors: contract.source.sensors, everyMs, silence: contract.source.silence },
    partitions: contract.partitions,
    ...times,
    disclosure,
    unprotected,
    alerts: readRules(contract, properties, disclosure !== null, source),
    properties,
    sensors,
    schemaId: event.schemaId,
    avro: event.avro,
    versions,
    examples,
    contract: source.value as Readonly<Record<string, unknown>>,
  }
  checkWindowed(stream, contract, event.fields, source)
  checkDecoder(root, dir, stream, source)
  checkContract(stream, source)
  checkExamples(stream, `${name}/examples`, report)
  return stream
}

function sensorsOf(path: string, name: string, contract: Contract | null, everyMs: number, report: Report): Stream['sensors'] {
  if (contract?.source.sensors === 'open' && !existsSync(path)) return []
  const source = readSource(path, name, report)
  return source === null ? [] : readSensors(source, everyMs)
}

function checkWindowed(stream: Stream, contract: Contract, fields: readonly { name: string }[], source: SourceFile): void {
  for (const name of Object.keys(contract.windows.properties)) {
    if (!fields.some((f) => f.name === name)) source.fault(['windows', 'properties', name], `event.avsc has no property "${name}"`)
  }
  if (stream.properties.every((p) => p.aggregates.length === 0) && stream.properties.length > 0) {
    source.fault(['windows', 'properties'], 'aggregates nothing; name at least one property')
  }
}

function checkDecoder(root: string, dir: string, { source: { codec } }: Stream, source: SourceFile): void {
  if (codec === 'json' || codec === 'lorawan') return
  const known = /^[a-z][a-z0-9-]*$/.test(codec) && (existsSync(join(dir, 'decode.ts')) || existsSync(join(root, 'decoders', `${codec}.ts`)))
  if (!known) source.fault(['source', 'codec'], `"${codec}" is neither json nor lorawan, and there is no decode.ts here nor decoders/${codec}.ts`)
}
