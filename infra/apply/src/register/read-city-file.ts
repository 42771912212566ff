import { CityError } from '@commonstream/runtime'
import type { Detail, Given } from './merge-register.ts'

/** What a city's file calls things; our own names where nothing is said. */
export interface FieldNames {
  readonly id: string
  readonly name: string
  readonly zone: string
  readonly installed: string
  readonly removed: string
  /** Our name of a detail: the file's. Without any the file's own `details` are taken, as we export them. */
  readonly details: ReadonlyMap<string, string>
}

interface Written {
  readonly id?: unknown
  readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null
  readonly properties?: Readonly<Record<string, unknown>> | null
}

/** A file of a city's register. */
export interface CityFile {
  readonly given: readonly Given[]
  /** Properties that are not taken. */
  readonly ignored: readonly string[]
}

/**
 * Reads a city's GeoJSON of its sensors. Only what the register has is taken: what else stands in such files (notes with
 * addresses of devices, names of technicians) goes no further.
 * @throws CityError `REGISTER_FILE` naming the feature at fault
 */
export function readCityFile(text: string, names: FieldNames): CityFile {
  const collection = parse(text) as { type?: unknown; features?: unknown } | null
  if (collection?.type !== 'FeatureCollection' || !Array.isArray(collection.features)) throw refused('it is no GeoJSON FeatureCollection')
  const features = collection.features as Written[]
  const given = features.map((feature, i) => readFeature(feature, i + 1, names))
  const seen = new Set<string>()
  for (const { id } of given) {
    if (seen.has(id)) throw refused(`sensor "${id}" is there twice; say with --id which property tells sensors apart`)
    seen.add(id)
  }
  const { details, ...others } = names
  const taken = new Set<string>([...Object.values(others), ...(details.size > 0 ? details.values() : ['details'])])
  const ignored = new Set(features.flatMap((f) => Object.keys(f.properties ?? {})).filter((key) => !taken.has(key)))
  return { given, ignored: [...ignored].sort() }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw refused(`it is not JSON: ${(error as Error).message}`)
  }
}

function readFeature(feature: Written, n: number, names: FieldNames): Given {
  const properties = feature.properties ?? {}
  const id = properties[names.id] ?? feature.id
  if (typeof id !== 'string' && typeof id !== 'number')
    throw refused(`feature ${n} has no "${names.id}"; say with --id which property it is`)
  const text = (key: string): string | null => {
    const value = properties[key] ?? null
    if (value === null || value === '') return null
    if (typeof value === 'string' || typeof value === 'number') return String(value).trim()
    throw refused(`feature ${n} (${id}): "${key}" is no text`)
  }
  const day = (key: string): string | null => {
    const written = text(key)
    if (written === null) return null
    const [date] = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/.exec(written) ?? []
    if (date === undefined) throw refused(`feature ${n} (${id}): "${key}" is "${written}", which does not begin with a day (YYYY-MM-DD)`)
    return date
  }
  return {
    ...{ id: String(id), coordinates: pointOf(feature, n, String(id)) },
    ...{ name: text(names.name), zone: text(names.zone), installed: day(names.installed), removed: day(names.removed) },
    details: detailsOf(properties, names.details, `feature ${n} (${id})`),
  }
}

/** What a file says of a sensor's details: those that are named, or all of its `details`. Null: nothing. */
function detailsOf(properties: Readonly<Record<string, unknown>>, names: FieldNames['details'], where: string): Given['details'] {
  const own = properties['details'] ?? {}
  if (names.size === 0 && (typeof own !== 'object' || Array.isArray(own))) throw refused(`${where}: "details" is no object`)
  const said = names.size === 0 ? Object.entries(own) : [...names].map(([ours, theirs]) => [ours, properties[theirs]] as const)
  const details: Record<string, Detail> = {}
  for (const [name, value] of said) {
    if (value === undefined || value === null || value === '') continue
    if (!isDetail(value)) throw refused(`${where}: "${name}" is neither a text nor a number, true or false`)
    details[name] = typeof value === 'string' ? value.trim() : value
  }
  return Object.keys(details).length === 0 ? null : details
}

function isDetail(value: unknown): value is Detail {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function pointOf({ geometry }: Written, n: number, id: string): [number, number] | null {
  if (geometry === null || geometry === undefined) return null
  const [lon, lat] = (Array.isArray(geometry.coordinates) ? geometry.coordinates : []) as unknown[]
  if (geometry.type !== 'Point' || typeof lon !== 'number' || typeof lat !== 'number' || Math.abs(lon) > 180 || Math.abs(lat) > 90)
    throw refused(`feature ${n} (${id}) has no Point [longitude, latitude]`)
  return [lon, lat]
}

function refused(message: string): CityError {
  return new CityError('REGISTER_FILE', `The file cannot be taken: ${message}`)
}
