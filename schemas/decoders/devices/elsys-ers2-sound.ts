import { hex, refuse, uplinkDecoder } from '../../src/decode/uplink.ts'
import { type FieldSpec, i16be, i32be, i8, lengthOf, readAll, skip, u16be, u32be, u8, type Values } from '../families/field-spec.ts'

/**
 * Climate, light, movement and sound of a room. Payload: Elsys's public payload document: type, data, and again, the
 * same for all their devices. The heat image of other models (type 0x13) is refused: it can show a person.
 */
export const title = 'Elsys ERS2 Sound'

export const fields = {
  temperature: 'Cel',
  humidity: '%',
  acceleration_x: '1',
  acceleration_y: '1',
  acceleration_z: '1',
  illuminance: 'lx',
  motion: '1',
  co2: '[ppm]',
  battery_voltage: 'V',
  analog_1: 'V',
  pulses_1: '1',
  pulses_1_total: '1',
  external_temperature: 'Cel',
  external_input_1: '1',
  distance: 'mm',
  acceleration_motion: '1',
  object_temperature: 'Cel',
  case_temperature: 'Cel',
  occupancy: '1',
  water_leak: '1',
  pressure: 'hPa',
  sound_peak: 'dB',
  sound_mean: 'dB',
  pulses_2: '1',
  pulses_2_total: '1',
  analog_2: 'V',
  external_temperature_2: 'Cel',
  external_input_2: '1',
  external_analog: 'uV',
  tvoc: '[ppb]',
}

const TYPES: ReadonlyMap<number, readonly FieldSpec[]> = new Map<number, readonly FieldSpec[]>([
  [0x01, [i16be('temperature', 10)]],
  [0x02, [u8('humidity')]],
  [0x03, [i8('acceleration_x'), i8('acceleration_y'), i8('acceleration_z')]],
  [0x04, [u16be('illuminance')]],
  [0x05, [u8('motion')]],
  [0x06, [u16be('co2')]],
  [0x07, [u16be('battery_voltage', 1_000)]],
  [0x08, [u16be('analog_1', 1_000)]],
  // A position: a sensor's place stands in the register.
  [0x09, [skip(6)]],
  [0x0a, [u16be('pulses_1')]],
  [0x0b, [u32be('pulses_1_total')]],
  [0x0c, [i16be('external_temperature', 10)]],
  [0x0d, [u8('external_input_1')]],
  [0x0e, [u16be('distance')]],
  [0x0f, [u8('acceleration_motion')]],
  [0x10, [i16be('case_temperature', 10), i16be('object_temperature', 10)]],
  [0x11, [u8('occupancy')]],
  [0x12, [u8('water_leak')]],
  [0x14, [u32be('pressure', 1_000)]],
  [0x15, [u8('sound_peak'), u8('sound_mean')]],
  [0x16, [u16be('pulses_2')]],
  [0x17, [u32be('pulses_2_total')]],
  [0x18, [u16be('analog_2', 1_000)]],
  [0x19, [i16be('external_temperature_2', 10)]],
  [0x1a, [u8('external_input_2')]],
  [0x1b, [i32be('external_analog')]],
  [0x1c, [u16be('tvoc')]],
])

export const decodeUplink = uplinkDecoder(function readTypes(view) {
  const data: Values = {}
  let at = 0
  while (at < view.byteLength) {
    const type = view.getUint8(at)
    const specs = TYPES.get(type)
    if (specs === undefined) return refuse(`type ${hex(type)} at byte ${at} is not one of this device`)
    if (at + 1 + lengthOf(specs) > view.byteLength) return refuse(`type ${hex(type)} at byte ${at} is cut off`)
    readAll(specs, view, at + 1, data)
    at += 1 + lengthOf(specs)
  }
  return { data }
})
