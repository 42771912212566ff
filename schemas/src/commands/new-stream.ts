import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readCity } from '../contract/load-city.ts'
import { type SchemaFault, SchemaFaults } from '../contract/faults.ts'
import type { PropertyKind } from '../contract/stream.ts'
import { streamFiles } from './stream-files.ts'

export interface NewStreamOptions {
  readonly name: string
  readonly kind?: string
  readonly property?: string
  readonly unit?: string
  readonly every?: string
}

const KINDS: readonly PropertyKind[] = ['count', 'gauge', 'counter', 'state']
const OWN_TOPICS = join(import.meta.dirname, '..', '..', 'topics')

/** Ids below are those of shared topics, and room for what is shipped. */
const FIRST_ID = 1_000

/**
 * Makes a stream's folder in a city's folder of schemas; nothing that is there is overwritten. Returns the files' paths.
 * @param today YYYY-MM-DD
 * @throws RangeError for options that make no stream, or where the folder is there already
 * @throws SchemaFaults where city.yaml is not usable
 */
export function newStream(dir: string, options: NewStreamOptions, today: string): string[] {
  const { name, kind = 'gauge', property = 'value', unit = '1', every = 'PT1M' } = options
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 48)
    throw new RangeError(`NAME must be words of small letters and digits joined by "-" (sound-levels), not "${name}"`)
  if (!(KINDS as readonly string[]).includes(kind)) throw new RangeError(`KIND must be one of ${KINDS.join(', ')}, not "${kind}"`)
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(property)) throw new RangeError(`PROPERTY must be small letters, digits and _, not "${property}"`)
  const folder = join(dir, 'streams', name)
  if (existsSync(folder)) throw new RangeError(`${folder} is there already; choose another NAME, or remove it first`)
  const faults: SchemaFault[] = []
  const city = readCity(dir, (fault) => faults.push(fault))
  if (city === null) throw new SchemaFaults(dir, faults)
  const { zone, publisher } = city
  const files = streamFiles({ name, kind: kind as PropertyKind, property, unit, every, zone, publisher, today, schemaId: freeId(dir) })
  return Object.entries(files).map(([file, text]) => {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
    return path
  })
}

/** An id above those of every schema in the folder. @throws RangeError for a schema that is no JSON */
function freeId(dir: string): number {
  const streams = join(dir, 'streams')
  const folders = existsSync(streams) ? readdirSync(streams).map((stream) => join(streams, stream)) : []
  const own = existsSync(join(dir, 'topics')) ? join(dir, 'topics') : OWN_TOPICS
  const files = [...folders, own].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.avsc'))
      .map((file) => join(folder, file)),
  )
  return Math.max(FIRST_ID - 1, ...files.map(idOf)) + 1
}

function idOf(file: string): number {
  try {
    return Number((JSON.parse(readFileSync(file, 'utf8')) as { schemaId?: unknown }).schemaId) || 0
  } catch (error) {
    throw new RangeError(`${file} is not JSON; mend it first: a new schema needs an id that no other has`, { cause: error })
  }
}
