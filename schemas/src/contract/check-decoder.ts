import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { namesOf } from '../decode/mapping.ts'
import { isIdentifyingName } from './identifying.ts'
import type { SourceFile } from './source-file.ts'
import type { Stream } from './stream.ts'

/** The decoders that come with the project; a decoder's file has its name. */
const OWN = join(import.meta.dirname, '..', '..', 'decoders')
const NAME = /^[a-z][a-z0-9-]*$/

/** Formats that leave open what the time is called. */
const OPEN_FORMATS = new Set(['csv', 'geojson', 'records'])

const isDevice = (name: string) => NAME.test(name) && existsSync(join(OWN, 'devices', `${name}.ts`))
const isFormat = (name: string) => NAME.test(name) && existsSync(join(OWN, 'formats', `${name}.ts`))

/** The file of the decoder that a city wrote itself: `decode.ts` in the stream's folder, or the codec's in `decoders/`. */
export function decoderOf(city: string, dir: string, codec: string): Stream['source']['decoder'] | null {
  if (codec === 'json' || isDevice(codec) || isFormat(codec) || !NAME.test(codec)) return null
  const file = [join(dir, 'decode.ts'), join(city, 'decoders', `${codec}.ts`)].find((path) => existsSync(path))
  return file === undefined ? null : { file, city }
}

/** Reports a codec that names no decoder, devices that have none, and names of a payload that lead nowhere. */
export function checkDecoder({ source: { codec, decoder, payload }, sensors, properties }: Stream, source: SourceFile): void {
  const known = codec === 'json' || codec === 'lorawan' || isDevice(codec) || isFormat(codec) || decoder !== undefined
  if (!known)
    source.fault(['source', 'codec'], `"${codec}" is neither json nor lorawan, and there is no decode.ts here nor decoders/${codec}.ts`)
  if (codec === 'json' && payload !== undefined)
    source.fault(['source', 'payload'], 'json carries the names of the stream; take another codec or leave this out')
  if (OPEN_FORMATS.has(codec) && payload?.at === undefined)
    source.fault(['source'], `${codec} needs "payload": { at: … }: what the time is called`)
  for (const part of ['fields', 'values'] as const) {
    for (const name of Object.keys(payload?.[part] ?? {})) {
      if (!properties.some((p) => p.name === name)) source.fault(['source', 'payload', part, name], `event.avsc has no property "${name}"`)
    }
  }
  for (const [name, theirs] of Object.entries(payload?.fields ?? {})) {
    const identifying = namesOf(theirs).find(isIdentifyingName)
    if (identifying !== undefined)
      source.fault(
        ['source', 'payload', 'fields', name],
        `"${identifying}" says that it identifies people or devices; no property may take it`,
      )
  }
  if (codec === 'lorawan' && decoder === undefined) checkDevices(sensors, payload?.device, source)
}

function checkDevices(sensors: Stream['sensors'], all: string | undefined, source: SourceFile): void {
  if (all !== undefined && !isDevice(all)) source.fault(['source', 'payload', 'device'], `"${all}" has no decoder in decoders/devices`)
  const unknown = sensors.find(({ device = all }) => device === undefined || !isDevice(device))
  if (unknown !== undefined && (all === undefined || isDevice(all)))
    source.fault(
      ['source', 'codec'],
      `sensor "${unknown.id}" is of ${unknown.device === undefined ? 'no "device"' : `device "${unknown.device}"`}; name one of decoders/devices there or as "payload": { device: … }`,
    )
}
