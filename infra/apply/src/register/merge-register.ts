import { isDeepStrictEqual } from 'node:util'
import { CityError } from '@commonstream/runtime'
import { nameKey, sensorFinder } from '@commonstream/schemas'

/** A feature of a `sensors.geojson`. */
export interface Feature {
  readonly type: 'Feature'
  readonly id: string
  readonly geometry: { readonly type: 'Point'; readonly coordinates: readonly number[] } | null
  readonly properties: Readonly<Record<string, unknown>>
}

/** What is particular to a stream's sensors: a bay's time limit, a station's capacity. */
export type Detail = string | number | boolean

/** A feature of a city's file, as our register calls things. */
export interface Given {
  readonly id: string
  readonly coordinates: readonly [number, number] | null
  readonly name: string | null
  readonly zone: string | null
  readonly installed: string | null
  readonly removed: string | null
  readonly details: Readonly<Record<string, Detail>> | null
}

export interface MergeOptions {
  /** Day from which what changed holds, YYYY-MM-DD. */
  readonly since: string
  /** Whether sensors that the file does not have are marked as removed on that day. */
  readonly removeMissing: boolean
}

export interface Merged {
  readonly features: readonly Feature[]
  /** What is new, changed or removed, one line each, for people. */
  readonly changes: readonly string[]
  /** Registered sensors that the file does not have and that stay. */
  readonly missing: readonly string[]
}

/** Degrees below which a place is the same: about a metre. */
const SAME_PLACE = 0.00001
const COARSE_DECIMALS = 3
const EXACT_DECIMALS = 6

/**
 * A register with a city's file merged into it. A sensor is found by its id, an alias or another spelling of them; what
 * the file does not say stays, and so does what hides a place. A changed name stays as an alias, so that joins by the old
 * one go on; what changed is dated.
 * @throws CityError `REGISTER_FILE` where two of the file are one sensor of the register
 */
export function mergeRegister(register: readonly Feature[], given: readonly Given[], options: MergeOptions): Merged {
  const find = sensorFinder(register.map((f) => ({ id: f.id, name: '', aliases: aliasesOf(f), feature: f })))
  const changes: string[] = []
  const merged = new Map(register.map((f) => [f.id, f]))
  /** By sensor, what the file calls it. */
  const seen = new Map<string, string>()
  for (const one of given) {
    const before = find(one.id)?.feature
    const id = before?.id ?? one.id
    const other = seen.get(id)
    if (other !== undefined)
      throw new CityError(
        'REGISTER_FILE',
        `The file cannot be taken: its "${other}" and its "${one.id}" are both sensor "${id}" of the register`,
      )
    seen.set(id, one.id)
    const after = before === undefined ? added(one) : changed(before, one, options.since)
    const difference = before === undefined ? `+ ${one.id} ${one.name ?? ''}`.trimEnd() : differenceOf(before, after)
    if (difference === null) continue
    changes.push(difference)
    merged.set(after.id, after)
  }
  const missing = register.filter((f) => !seen.has(f.id) && (f.properties['removed'] ?? null) === null)
  for (const f of options.removeMissing ? missing : []) {
    merged.set(f.id, { ...f, properties: { ...f.properties, removed: options.since } })
    changes.push(`- ${f.id} removed ${options.since}`)
  }
  return { features: [...merged.values()], changes, missing: options.removeMissing ? [] : missing.map((f) => f.id) }
}

function added({ id, coordinates, name, zone, installed, removed, details }: Given): Feature {
  const properties = { name: name ?? id, ...(zone !== null && { zone }), place: coordinates === null ? 'none' : 'exact' }
  const dates = { ...(installed !== null && { installed }), ...(removed !== null && { removed }) }
  return {
    type: 'Feature',
    id,
    geometry: point(coordinates, EXACT_DECIMALS),
    properties: { ...properties, ...dates, ...(details !== null && { details }) },
  }
}

function changed(before: Feature, given: Given, since: string): Feature {
  const geometry = geometryOf(before, given)
  const old = before.properties
  const name = given.name ?? (old['name'] as string | undefined)
  const zone = given.zone ?? (old['zone'] as string | undefined)
  const details = given.details === null ? detailsOf(before) : { ...detailsOf(before), ...given.details }
  const isOther =
    geometry !== before.geometry || name !== old['name'] || zone !== old['zone'] || !isDeepStrictEqual(details, detailsOf(before))
  const aliases = name === old['name'] ? aliasesOf(before) : aliasesWith(before, name)
  const properties = {
    ...old,
    ...(name !== undefined && { name }),
    ...(zone !== undefined && { zone }),
    ...(aliases.length > 0 && { aliases }),
    ...(given.installed !== null && { installed: given.installed }),
    ...(given.removed !== null && { removed: given.removed }),
    ...(Object.keys(details).length > 0 && { details }),
    ...(isOther && { since }),
  }
  return { ...before, geometry, properties }
}

/** A hidden place stays hidden, a coarse one coarse; a difference of a metre is none. */
function geometryOf(before: Feature, { coordinates }: Given): Feature['geometry'] {
  const place = before.properties['place'] ?? 'exact'
  if (coordinates === null || place === 'none') return before.geometry
  const after = point(coordinates, place === 'coarse' ? COARSE_DECIMALS : EXACT_DECIMALS)
  const isSame = after!.coordinates.every((value, i) => Math.abs(value - (before.geometry?.coordinates[i] ?? 1_000)) < SAME_PLACE)
  return isSame ? before.geometry : after
}

function point(coordinates: readonly number[] | null, decimals: number): Feature['geometry'] {
  return coordinates === null ? null : { type: 'Point', coordinates: coordinates.map((value) => Number(value.toFixed(decimals))) }
}

function aliasesOf({ properties }: Feature): readonly string[] {
  const aliases = properties['aliases']
  return Array.isArray(aliases) ? (aliases as string[]) : []
}

function detailsOf({ properties }: Feature): Readonly<Record<string, unknown>> {
  return (properties['details'] ?? {}) as Record<string, unknown>
}

function aliasesWith(before: Feature, name: string | undefined): readonly string[] {
  const old = before.properties['name']
  const aliases = aliasesOf(before)
  const isKnown = typeof old !== 'string' || name === undefined || [name, ...aliases].some((known) => nameKey(known) === nameKey(old))
  return isKnown ? aliases : [...aliases, old]
}

type Said = Readonly<Record<string, unknown>>

function differenceOf(before: Feature, after: Feature): string | null {
  const [was, is] = [before, after].map((feature) => ({ ...detailsOf(feature), ...feature.properties })) as [Said, Said]
  const keys = ['name', 'zone', 'installed', 'removed', ...Object.keys(detailsOf(after))]
  const texts = keys
    .filter((key) => was[key] !== is[key])
    .map((key) => `${key} ${JSON.stringify(was[key] ?? null)} → ${JSON.stringify(is[key])}`)
  if (before.geometry !== after.geometry) texts.push(`moved ${metres(before, after)}`)
  return texts.length === 0 ? null : `~ ${before.id} ${texts.join(', ')}`
}

/** Equirectangular: right to a thousandth within a city. */
function metres(before: Feature, after: Feature): string {
  const [a, b] = [before.geometry?.coordinates, after.geometry?.coordinates]
  if (a === undefined || b === undefined) return 'to its place'
  const north = (b[1]! - a[1]!) * 111_195
  const east = (b[0]! - a[0]!) * 111_195 * Math.cos((a[1]! * Math.PI) / 180)
  return `${Math.round(Math.hypot(north, east))} m`
}
