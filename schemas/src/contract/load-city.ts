import avsc from 'avsc'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isZone } from './check-contract.ts'
import { hasShape } from './check-shape.ts'
import { type CityFile, citySchema } from './city-schema.ts'
import { type Report, type SchemaFault, SchemaFaults } from './faults.ts'
import { readStream } from './read-stream.ts'
import { readSource } from './source-file.ts'
import type { City, Stream } from './stream.ts'

const TOPICS = ['windows', 'alerts', 'quarantine'] as const

/** The shared topics' schemas belong to the code; a city's folder may leave them out. */
const OWN_TOPICS = join(import.meta.dirname, '..', '..', 'topics')

/**
 * Loads a city's folder of schemas (`city.yaml`, `streams/`, `topics/`) and checks it whole.
 * @throws SchemaFaults with every fault of every file: file, line and what to do
 */
export async function loadCity(dir: string): Promise<City> {
  const faults: SchemaFault[] = []
  const report: Report = (fault) => faults.push(fault)
  const city = readCity(dir, report)
  const streams = readStreams(dir, city?.licence ?? '', report)
  const topics = readTopics(dir, report)
  checkIds(streams, topics, report)
  checkMqtt(streams, report)
  if (faults.length > 0 || city === null) throw new SchemaFaults(dir, faults.sort(byPlace))
  return {
    name: city.name,
    zone: city.zone,
    languages: city.languages,
    publisher: city.publisher,
    baseUrl: city.baseUrl ?? 'http://127.0.0.1:8080',
    licence: city.licence,
    streams,
    first: city.first ?? [],
    topics,
  }
}

function byPlace(a: SchemaFault, b: SchemaFault): number {
  return a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1
}

/** `city.yaml`, or null after reporting what is wrong with it. */
export function readCity(dir: string, report: Report): CityFile | null {
  const source = readSource(join(dir, 'city.yaml'), 'city.yaml', report)
  if (source === null || !hasShape(citySchema, source)) return null
  const city = source.value
  if (!isZone(city.zone)) source.fault(['zone'], `"${city.zone}" is no IANA time zone`)
  return city
}

function readStreams(dir: string, licence: string, report: Report): Stream[] {
  const root = join(dir, 'streams')
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory()) : []
  if (folders.length === 0)
    report({
      file: 'streams',
      line: null,
      message: 'there is no stream; add a folder with contract.yaml, event.avsc, sensors.geojson and examples/',
    })
  return folders
    .map((folder) => folder.name)
    .sort()
    .flatMap((folder) => readStream({ root: dir, folder, licence }, report) ?? [])
}

function readTopics(dir: string, report: Report): City['topics'] {
  const root = existsSync(join(dir, 'topics')) ? join(dir, 'topics') : OWN_TOPICS
  const topics = new Map<string, { schemaId: number; avro: object }>()
  for (const name of TOPICS) {
    const source = readSource(join(root, `${name}.avsc`), `topics/${name}.avsc`, report)
    if (source === null) continue
    const avro = source.value as { schemaId?: unknown }
    const fault = avroFault(avro)
    if (fault !== null) source.fault([], `not a usable Avro schema: ${fault}`)
    else if (!Number.isInteger(avro.schemaId)) source.fault(['schemaId'], '"schemaId" must be an integer')
    else topics.set(name, { schemaId: avro.schemaId as number, avro })
  }
  return topics
}

function avroFault(schema: object): string | null {
  try {
    avsc.Type.forSchema(schema as avsc.Schema)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function checkIds(streams: readonly Stream[], topics: City['topics'], report: Report): void {
  const owners = new Map<number, string>()
  const own = (id: number, file: string) => {
    const other = owners.get(id)
    if (other !== undefined && other !== file)
      report({ file, line: null, message: `schema id ${id} is taken by ${other}; give this one an id of its own` })
    else owners.set(id, file)
  }
  for (const [name, { schemaId }] of topics) own(schemaId, `topics/${name}.avsc`)
  for (const stream of streams) {
    for (const id of stream.versions.keys()) own(id, `streams/${stream.name}/event${id === stream.schemaId ? '' : `.${id}`}.avsc`)
  }
}

/** No message may belong to two streams: two patterns of equal length that differ only where one has {sensor}. */
function checkMqtt(streams: readonly Stream[], report: Report): void {
  for (const [index, stream] of streams.entries()) {
    const levels = stream.source.mqtt.split('/')
    for (const other of streams.slice(0, index)) {
      const theirs = other.source.mqtt.split('/')
      const overlap =
        levels.length === theirs.length &&
        levels.every((level, i) => level === theirs[i] || level === '{sensor}' || theirs[i] === '{sensor}')
      if (overlap)
        report({
          file: `streams/${stream.name}/contract.yaml`,
          line: null,
          message: `the MQTT topic ${stream.source.mqtt} can be one of ${other.name} (${other.source.mqtt}); choose another`,
        })
    }
  }
}
