import { durationMs } from './duration.ts'
import { isHardwareId, isIdentifyingName } from './identifying.ts'
import type { SourceFile } from './source-file.ts'
import type { Sensor } from './stream.ts'

interface Feature {
  id?: unknown
  geometry?: { type?: unknown; coordinates?: unknown } | null
  properties?: Record<string, unknown> | null
}

const KNOWN = ['name', 'zone', 'gateway', 'every', 'place', 'installed', 'removed', 'since', 'aliases', 'device', 'details']

/** Decimals of published coordinates by `place`: 5 is about a metre, 3 about a hundred. */
const DECIMALS = { exact: 6, coarse: 3 } as const

/**
 * The registered sensors of a `sensors.geojson` (feature id = sensor id). Coordinates come out as they may be shown:
 * rounded where the place is coarse, absent where it is none.
 */
export function readSensors(source: SourceFile, everyMs: number): Sensor[] {
  const collection = source.value as { type?: unknown; features?: unknown } | null
  if (collection?.type !== 'FeatureCollection' || !Array.isArray(collection.features)) {
    source.fault([], 'must be a GeoJSON FeatureCollection')
    return []
  }
  const sensors = (collection.features as Feature[]).map((feature, index) => readSensor(feature, ['features', index], source, everyMs))
  const seen = new Set<string>()
  for (const [index, { id, aliases }] of sensors.entries()) {
    for (const name of [id, ...aliases]) {
      if (seen.has(name)) source.fault(['features', index, 'id'], `sensor "${name}" is there twice (ids and aliases must be unique)`)
      seen.add(name)
    }
  }
  return sensors
}

function readSensor(feature: Feature, path: (string | number)[], source: SourceFile, everyMs: number): Sensor {
  const id = typeof feature?.id === 'number' ? String(feature.id) : feature?.id
  const properties = feature?.properties ?? {}
  const fault = (key: string, message: string) =>
    source.fault([...path, ...(key === 'id' || key === 'geometry' ? [key] : ['properties', key])], message)
  const text = (key: string): string | null => {
    const value = properties[key] ?? null
    if (value === null || (typeof value === 'string' && value !== '')) return value
    fault(key, `"${key}" must be a text or null`)
    return null
  }
  if (typeof id !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(id))
    fault('id', 'a sensor needs an "id" of letters, digits and . _ : -')
  else if (isHardwareId(id)) fault('id', `sensor id "${id}" looks like a DevEUI, MAC or serial number; give it a public id of its own`)
  for (const key of Object.keys(properties)) if (!KNOWN.includes(key)) fault(key, `"${key}" is not known; a sensor has ${KNOWN.join(', ')}`)
  const place = placeOf(feature, properties, fault)
  const device = text('device')
  const since = day('since', text, fault)
  return {
    id: String(id),
    name: text('name') ?? String(id),
    zone: text('zone'),
    gateway: text('gateway'),
    ...place,
    everyMs: everyOf(properties.every, fault) ?? everyMs,
    installed: day('installed', text, fault),
    removed: day('removed', text, fault),
    aliases: aliasesOf(properties.aliases, fault),
    ...(since !== null && { since }),
    ...(device !== null && { device }),
    ...(properties.details !== undefined && { details: detailsOf(properties.details, fault) }),
  }
}

type Fault = (key: string, message: string) => void

function placeOf(feature: Feature, properties: Record<string, unknown>, fault: Fault): Pick<Sensor, 'place' | 'lon' | 'lat'> {
  const place = properties.place ?? 'exact'
  const coordinates = feature?.geometry?.coordinates
  if (place === 'none') return { place, lon: null, lat: null }
  if (place !== 'exact' && place !== 'coarse') {
    fault('place', '"place" must be exact, coarse or none')
    return { place: 'none', lon: null, lat: null }
  }
  const [lon, lat] = (Array.isArray(coordinates) ? coordinates : []) as unknown[]
  if (
    feature?.geometry?.type !== 'Point' ||
    typeof lon !== 'number' ||
    typeof lat !== 'number' ||
    Math.abs(lon) > 180 ||
    Math.abs(lat) > 90
  ) {
    fault('geometry', 'needs a Point [longitude, latitude], or "place": "none"')
    return { place: 'none', lon: null, lat: null }
  }
  const round = (value: number) => Number(value.toFixed(DECIMALS[place]))
  return { place, lon: round(lon), lat: round(lat) }
}

function everyOf(value: unknown, fault: Fault): number | null {
  if (value === undefined || value === null) return null
  const ms = typeof value === 'string' ? durationMs(value) : null
  if (ms === null || ms <= 0) fault('every', '"every" must be an ISO 8601 duration such as PT5M')
  return ms
}

function day(key: string, text: (key: string) => string | null, fault: Fault): string | null {
  const value = text(key)
  if (value !== null && (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))))
    fault(key, `"${key}" must be a date (YYYY-MM-DD)`)
  return value
}

function aliasesOf(value: unknown, fault: Fault): readonly string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((a) => typeof a === 'string')) return value
  fault('aliases', '"aliases" must be a list of texts')
  return []
}

const LONGEST_DETAIL = 200

/** What is particular to a stream's sensors and public: a bay's time limit, a station's capacity. */
function detailsOf(value: unknown, fault: Fault): NonNullable<Sensor['details']> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.entries(value).every(isDetail))
    return value as NonNullable<Sensor['details']>
  fault(
    'details',
    '"details" must be { name: value }: lower case names that identify nobody, and short texts, numbers, true, false or null',
  )
  return {}
}

function isDetail([name, value]: [string, unknown]): boolean {
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(name) || isIdentifyingName(name)) return false
  if (value === null || typeof value === 'boolean') return true
  return typeof value === 'string' ? value.length <= LONGEST_DETAIL : typeof value === 'number' && Number.isFinite(value)
}
