import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { HOURS } from './whole-history.ts'
import { DEVICES, type Uplink } from './whole-uplinks.ts'

// Streams and sensors that a run with a city's folder adds to a copy of the shipped city: one folder each, no code.

const COMMON = `steward: { organisation: A city, unit: Streets, contact: mailto:opendata@example.org }
purpose: A replay of published data
legalBasis: public task
assessment: { reference: PIA-1, approved: 2020-01-01, by: Privacy Officer, review: 2036-01-01 }
personalData: none
access: { level: public, licence: CC-BY-4.0 }
partitions: 1
disclosure: { none: "Published data, replayed." }
`

const DEVICES_CONTRACT = `stream: ${DEVICES}
title: What other LoRaWAN devices measure
description: Distances in bins, occupancy of bays and rooms, passages.
${COMMON}source:
  mqtt: city/${DEVICES}/{sensor}
  codec: lorawan
  sensors: registered
  every: PT1H
  silence: unknown
  payload:
    fields: { distance: distance, people: region_1_count, passages: [total_in, line_1_total_in], occupancy: occupied }
    values: { occupancy: { "true": occupied, "false": free } }
time: { zone: Europe/Berlin, ahead: PT5M, behind: P30D, lateness: PT10M, catchUp: PT2M }
windows:
  size: PT1H
  properties: { distance: [min, mean, max, last], people: [mean, max], passages: [sum, last], occupancy: [duration, arrivals, last] }
retention: { topic: P7D, readings: P60D, partials: P60D, windows: P10Y }
`

const HOURS_CONTRACT = `stream: ${HOURS}
title: Pedestrians by the hour
description: Published hourly counts.
${COMMON}source: { mqtt: "city/${HOURS}/{sensor}", codec: json, sensors: registered, every: PT1H, silence: unknown }
time: { zone: Australia/Melbourne, ahead: PT5M, behind: P30D, lateness: PT10M, catchUp: PT2M }
windows: { size: PT1H, properties: { pedestrians: [sum] } }
retention: { topic: P7D, readings: PT0S, partials: P60D, windows: P40Y }
`

const field = (name: string, type: unknown, kind: string) => ({
  ...{ name, type, kind, unit: '1', observedProperty: 'urn:x', doc: 'x' },
  ...(kind !== 'state' && { resolution: '1' }),
})
const OCCUPANCY = { type: 'enum', name: 'DeviceOccupancy', symbols: ['free', 'occupied'] }

/** Adds the stream of other devices' uplinks, and the sensors of those that a shipped stream takes. */
export function addUplinks(city: string, uplinks: readonly Uplink[]): void {
  const features = (stream: string) => uplinks.filter((u) => u.stream === stream).map((u) => feature(u.sensor, { device: u.device }))
  const first = uplinks.find((u) => u.stream === DEVICES) as Uplink
  const fields = [
    ...['distance', 'people'].map((name) => field(name, ['null', 'double'], 'gauge')),
    field('passages', ['null', 'long'], 'counter'),
    field('occupancy', ['null', OCCUPANCY], 'state'),
  ]
  const example = { name: `uplink.${first.sensor}.json`, payload: first.row.payload }
  writeStream(city, DEVICES, { contract: DEVICES_CONTRACT, schemaId: 921, fields, features: features(DEVICES), example })
  addSensors(city, 'air-and-noise', features('air-and-noise'))
}

/** Adds the stream of hourly counts with its places. */
export function addHours(city: string, places: ReadonlyMap<string, string>): void {
  const features = [...places].map(([name, id]) => feature(id, { name }))
  const example = { name: 'hour.json', payload: { at: '2023-06-05T07:00:00+10:00', pedestrians: 5 } }
  writeStream(city, HOURS, { contract: HOURS_CONTRACT, schemaId: 922, fields: [field('pedestrians', 'int', 'count')], features, example })
}

/** Adds sensors to a stream's register. */
export function addSensors(city: string, stream: string, features: readonly object[]): void {
  const file = path.join(city, 'streams', stream, 'sensors.geojson')
  const register = JSON.parse(readFileSync(file, 'utf8')) as { features: object[] }
  writeFileSync(file, JSON.stringify({ ...register, features: [...register.features, ...features] }))
}

export function feature(id: string, properties: object): object {
  return { type: 'Feature', id, geometry: null, properties: { name: id, place: 'none', ...properties } }
}

function writeStream(
  city: string,
  name: string,
  of: {
    contract: string
    schemaId: number
    fields: readonly object[]
    features: readonly object[]
    example: { name: string; payload: unknown }
  },
): void {
  const dir = path.join(city, 'streams', name)
  mkdirSync(path.join(dir, 'examples'), { recursive: true })
  writeFileSync(path.join(dir, 'contract.yaml'), of.contract)
  writeFileSync(
    path.join(dir, 'event.avsc'),
    JSON.stringify({ type: 'record', name: `Event${of.schemaId}`, namespace: 'city', schemaId: of.schemaId, doc: 'x', fields: of.fields }),
  )
  writeFileSync(path.join(dir, 'sensors.geojson'), JSON.stringify({ type: 'FeatureCollection', features: of.features }))
  writeFileSync(path.join(dir, 'examples', of.example.name), JSON.stringify(of.example.payload))
}
