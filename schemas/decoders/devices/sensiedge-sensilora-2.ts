import { uplinkDecoder, wrongLength } from '../../src/decode/uplink.ts'
import { type FieldSpec, i16be, lengthOf, piece, readAll, u16be, type Values } from '../families/field-spec.ts'

/** Climate, light, acceleration, rotation and magnetic field. Payload: SensiEDGE's SensiLoRa 2.0 data description. */
export const title = 'SensiEDGE SensiLoRa 2.0'

const AXES = ['x', 'y', 'z'] as const

export const fields = {
  pressure: 'hPa',
  temperature: 'Cel',
  humidity: '%',
  ...Object.fromEntries(AXES.map((axis) => [`acceleration_${axis}`, 'm/s2'])),
  ...Object.fromEntries(AXES.map((axis) => [`rotation_${axis}`, 'rad/s'])),
  ...Object.fromEntries(AXES.map((axis) => [`magnetic_${axis}`, 'uT'])),
  light: '1',
  battery_voltage: 'V',
}

const MILLI_G = 0.009_806_65
/** Radians of a thousandth of a degree, to the digits that the maker's description gives. */
const MILLI_DEGREE = 0.000_017_453

const axes = (name: string, factor: number): FieldSpec[] =>
  AXES.map((axis) => piece(2, (view, at, into) => void (into[`${name}_${axis}`] = view.getInt16(at) * factor)))

const SPECS = [
  u16be('pressure', 10),
  i16be('temperature', 100),
  u16be('humidity', 100),
  ...axes('acceleration', MILLI_G),
  ...axes('rotation', MILLI_DEGREE),
  ...AXES.map((axis) => i16be(`magnetic_${axis}`, 10)),
  u16be('light'),
  u16be('battery_voltage', 100),
]

export const decodeUplink = uplinkDecoder(function readAllFields(view) {
  if (view.byteLength !== lengthOf(SPECS)) return wrongLength(view, String(lengthOf(SPECS)))
  const data: Values = {}
  readAll(SPECS, view, 0, data)
  return { data }
})
