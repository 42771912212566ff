import { type DecodeUplink, hex, refuse, uplinkDecoder, wrongLength } from '../../src/decode/uplink.ts'
import type { Values } from './field-spec.ts'

const DATA_PORT = 6
const LENGTH = 11

/** What three 16-bit words of a report are: name, divisor, whether signed. */
type Word = readonly [name: string, divisor: number, signed?: 'signed']

const REPORTS: Readonly<Record<number, readonly Word[]>> = {
  0x01: [
    ['pm1_cf', 1],
    ['pm2_5_cf', 1],
    ['pm10_cf', 1],
  ],
  0x02: [
    ['pm1', 1],
    ['pm2_5', 1],
    ['pm10', 1],
  ],
  0x03: [
    ['particles_0_3', 1],
    ['particles_0_5', 1],
    ['particles_1', 1],
  ],
  0x04: [
    ['particles_2_5', 1],
    ['particles_5', 1],
    ['particles_10', 1],
  ],
  0x05: [
    ['o3', 10],
    ['co', 10],
    ['no', 10],
  ],
  0x06: [
    ['no2', 10],
    ['so2', 10],
    ['h2s', 10],
  ],
  0x07: [
    ['co2', 10],
    ['nh3', 10],
    ['noise', 10],
  ],
  0x0c: [
    ['temperature', 100, 'signed'],
    ['humidity', 100],
    ['wind_speed', 100],
  ],
  0x0e: [['voc', 10]],
}

/** Every name that a Netvox air report may give, with its unit. */
export const AIR_FIELDS = {
  battery_voltage: 'V',
  battery_low: '1',
  software_version: '1',
  hardware_version: '1',
  ...Object.fromEntries(['pm1_cf', 'pm2_5_cf', 'pm10_cf', 'pm1', 'pm2_5', 'pm10'].map((name) => [name, 'ug/m3'])),
  ...Object.fromEntries(['0_3', '0_5', '1', '2_5', '5', '10'].map((size) => [`particles_${size}`, '1'])),
  ...Object.fromEntries(['o3', 'co', 'no', 'no2', 'so2', 'h2s', 'co2', 'nh3', 'voc'].map((gas) => [gas, '[ppm]'])),
  noise: 'dB',
  temperature: 'Cel',
  humidity: '%',
  wind_speed: 'm/s',
  wind_direction: 'deg',
  pressure: 'hPa',
} as const

const ABSENT = 0xffff
const ABSENT_LONG = 0xffff_ffff

/**
 * Decodes the reports of Netvox's air sensors (RA07 and R726 series; Netvox LoRaWAN Application Command): version,
 * device type, report type, battery, then words of which all ones say that no such sensor is built in.
 * @param deviceTypes the series, as their payloads say
 */
export function netvoxAir(...deviceTypes: readonly number[]): DecodeUplink {
  return uplinkDecoder(function readReport(view, fPort) {
    if (fPort !== DATA_PORT) return refuse(`port ${fPort} carries no readings; they come on port ${DATA_PORT}`)
    if (view.byteLength !== LENGTH) return wrongLength(view, String(LENGTH))
    const [version, device, type] = [view.getUint8(0), view.getUint8(1), view.getUint8(2)]
    if (version !== 1) return refuse(`version ${version}, not 1`)
    if (!deviceTypes.includes(device)) return refuse(`device type ${hex(device)}, not ${deviceTypes.map(hex).join(' or ')}`)
    if (type === 0) return { data: { software_version: view.getUint8(3) / 10, hardware_version: view.getUint8(4) } }
    const supply = view.getUint8(3)
    const data: Values = { battery_voltage: (supply & 0x7f) / 10, battery_low: supply > 0x7f }
    const words = REPORTS[type]
    if (words !== undefined) readWords(words, view, data)
    else if (type === 0x0d) readWind(view, data)
    else return refuse(`report type ${hex(type)} is not one of an air sensor`)
    return { data }
  })
}

function readWords(words: readonly Word[], view: DataView, data: Values): void {
  for (const [i, [name, divisor, signed]] of words.entries()) {
    const at = 4 + 2 * i
    if (view.getUint16(at) !== ABSENT) data[name] = (signed === undefined ? view.getUint16(at) : view.getInt16(at)) / divisor
  }
}

function readWind(view: DataView, data: Values): void {
  if (view.getUint16(4) !== ABSENT) data.wind_direction = view.getUint16(4)
  if (view.getUint32(6) !== ABSENT_LONG) data.pressure = view.getUint32(6) / 100
}
