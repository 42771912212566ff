import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { TWO } from '@commonstream/schemas/support/two-streams.ts'

const SHIPPED = fileURLToPath(new URL('../../schemas', import.meta.url))

export interface CountsStream {
  readonly name: string
  readonly schemaId: number
  readonly sensors: number
  readonly partitions: number
  readonly isProtected: boolean
  readonly keepReadings: boolean
}

/** The ids of a made stream's sensors. */
export function sensorIds(sensors: number): string[] {
  return Array.from({ length: sensors }, (_, i) => `s${String(i).padStart(5, '0')}`)
}

/** Copies the shipped city with some of its streams into a folder, and gives that. */
export function copyCity(dir: string, streams: readonly string[] = TWO): string {
  for (const entry of ['city.yaml', 'topics', ...streams.map((name) => path.join('streams', name))])
    cpSync(path.join(SHIPPED, entry), path.join(dir, entry), { recursive: true })
  return dir
}

/** Writes a city's folder of schemas with made streams of pedestrian counts, for loads that no shipped stream has. */
export function writeCityFolder(dir: string, streams: readonly CountsStream[]): void {
  mkdirSync(path.join(dir, 'streams'), { recursive: true })
  for (const entry of ['city.yaml', 'topics']) cpSync(path.join(SHIPPED, entry), path.join(dir, entry), { recursive: true })
  for (const stream of streams) writeStream(dir, stream)
}

function writeStream(dir: string, stream: CountsStream): void {
  const from = path.join(SHIPPED, 'streams', 'pedestrian-counts')
  const to = path.join(dir, 'streams', stream.name)
  mkdirSync(path.join(to, 'examples'), { recursive: true })
  const avro = JSON.parse(readFileSync(path.join(from, 'event.avsc'), 'utf8')) as Record<string, unknown>
  writeFileSync(path.join(to, 'event.avsc'), JSON.stringify({ ...avro, schemaId: stream.schemaId }))
  const contract = readFileSync(path.join(from, 'contract.yaml'), 'utf8')
    .replace(/^stream: .*/m, `stream: ${stream.name}`)
    .replaceAll('city/pedestrian-counts/', `city/${stream.name}/`)
    .replace(/^partitions: .*/m, `partitions: ${stream.partitions}`)
    .replace(/readings: \S+,/, `readings: ${stream.keepReadings ? 'P2D' : 'PT0S'},`)
    .replace(/^disclosure: .*/m, stream.isProtected ? '$&' : 'disclosure: { none: "A made stream: nobody stands behind its numbers." }')
  writeFileSync(path.join(to, 'contract.yaml'), contract)
  const features = sensorIds(stream.sensors).map((id) => ({
    type: 'Feature',
    id,
    geometry: null,
    properties: { name: `Sensor ${id}`, place: 'none' },
  }))
  writeFileSync(path.join(to, 'sensors.geojson'), JSON.stringify({ type: 'FeatureCollection', features }))
  const example = { at: '2023-06-05T07:59:00+10:00', direction_1: 5, direction_2: 3 }
  writeFileSync(path.join(to, 'examples', 'minute.json'), JSON.stringify(example))
}
