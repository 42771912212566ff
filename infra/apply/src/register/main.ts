import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { CityError, reasonOf } from '@commonstream/runtime'
import { SchemaFaults, type SchemaFault, readSensors, readSource } from '@commonstream/schemas'
import { applyConfig } from '../config.ts'
import { type Feature, type Merged, mergeRegister } from './merge-register.ts'
import { readCityFile } from './read-city-file.ts'

const HELP = `make register STREAM=<stream> FILE=<city's GeoJSON> [ARGS="…"] [CONFIRM=1]
Merges a city's file of sensors into streams/<stream>/sensors.geojson. Shows what would change; CONFIRM=1 writes it.
Then look at the difference, commit it, and run make apply.
  --id=… --name=… --zone=… --installed=… --removed=…   what the file calls them (location_id, sensor_description …)
  --details=a,b=c        further properties of the file to take as details: as they are called there (timeLimit becomes time_limit), or ours=theirs
  --since=YYYY-MM-DD     day from which what changed holds (today); figures of before keep their old place
  --missing=remove       sensors that the file does not have were removed on that day (they stay as they are)`

/** `make register` */
function main(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      ...{
        stream: text,
        file: text,
        id: text,
        name: text,
        zone: text,
        installed: text,
        removed: text,
        details: text,
        since: text,
        missing: text,
      },
      ...{ confirm: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    },
  })
  const { stream, file, missing } = values
  if (values.help || !stream || !file) return say(HELP)
  const since = values.since ?? new Date().toISOString().slice(0, 10)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(since)) throw new CityError('REGISTER_OPTION', `--since is "${since}"; write a day, YYYY-MM-DD`)
  if (missing !== undefined && missing !== 'remove') throw new CityError('REGISTER_OPTION', `--missing is "${missing}"; it can be "remove"`)
  const { id = 'id', name = 'name', zone = 'zone', installed = 'installed', removed = 'removed' } = values
  const { given, ignored } = readCityFile(read(file), { id, name, zone, installed, removed, details: detailNames(values.details) })
  const target = path.join(applyConfig().schemas, 'streams', stream, 'sensors.geojson')
  const before = read(target)
  const { features } = JSON.parse(before) as { features: Feature[] }
  const merged = mergeRegister(features, given, { since, removeMissing: missing === 'remove' })
  if (ignored.length > 0) say(`not taken: ${ignored.join(', ')}`)
  print(merged)
  if (merged.changes.length === 0) return say(`${target} has all of it.`)
  if (!values.confirm) return say(`${merged.changes.length} changes; nothing was written. CONFIRM=1 make register … writes them.`)
  write(target, merged.features, linesOf(before, features))
  say(`${merged.changes.length} changes written to ${target}; look at them, then run make apply.`)
}

/** Our names of details and the file's, out of `timeLimit,disability=isDisability`. */
function detailNames(list = ''): ReadonlyMap<string, string> {
  const snake = (text: string) =>
    text
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/\W+/g, '_')
      .toLowerCase()
  const pairs = list.split(',').filter((part) => part.trim() !== '')
  return new Map(pairs.map((part) => part.trim()).map((part) => splitName(part) ?? [snake(part), part]))
}

function splitName(part: string): [string, string] | null {
  const [ours, theirs] = part.split('=')
  return ours === undefined || theirs === undefined ? null : [ours, theirs]
}

function print({ changes, missing }: Merged): void {
  for (const change of changes) say(change)
  if (missing.length > 0) say(`not in the file, left as they are: ${missing.join(', ')}`)
}

/** The line of each feature that has one of its own: what did not change stays as it is written, so that a difference shows the rest. */
function linesOf(text: string, features: readonly Feature[]): ReadonlyMap<Feature, string> {
  const lines = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const own = line.trim().replace(/,$/, '')
    const [, id] = /^\{.*?"id": ?"([^"]+)"/.exec(own) ?? []
    if (id !== undefined) lines.set(id, own)
  }
  return new Map(
    features.flatMap((feature) => {
      const line = lines.get(feature.id)
      return line !== undefined && isDeepStrictEqual(parsed(line), feature) ? [[feature, line] as const] : []
    }),
  )
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Written beside and moved, and only what loads: a register that does not load would stop every service. */
function write(target: string, features: readonly Feature[], kept: ReadonlyMap<Feature, string>): void {
  const beside = `${target.replace(/\.geojson$/, '')}.new.geojson`
  const lines = features.map((feature) => `  ${kept.get(feature) ?? JSON.stringify(feature)}`).join(',\n')
  writeFileSync(beside, `{ "type": "FeatureCollection", "features": [\n${lines}\n] }\n`)
  const faults: SchemaFault[] = []
  const source = readSource(beside, path.basename(beside), (fault) => faults.push(fault))
  if (source !== null) readSensors(source, 1)
  if (faults.length > 0) {
    rmSync(beside)
    throw new SchemaFaults(path.dirname(beside), faults)
  }
  renameSync(beside, target)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CityError('REGISTER_FILE', `${file} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults || error instanceof TypeError
  process.stderr.write(`${expected ? error.message : `register failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
