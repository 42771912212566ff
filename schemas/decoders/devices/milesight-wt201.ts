import { code, type FieldSpec, i16le, piece, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight, past } from '../families/milesight.ts'
import { MODES, plan, planSettings, supported, wires } from '../families/wt201-settings.ts'

/** A thermostat: what it measures, what it does, and how it is set. Payload: Milesight's WT201 user guide. */
export const title = 'Milesight WT201'

export const fields = {
  ...ATTRIBUTE_FIELDS,
  temperature: 'Cel',
  target_temperature: 'Cel',
  humidity: '%',
  control_mode: '1',
  control_status: '1',
  fan_mode: '1',
  fan_status: '1',
  plan_event: '1',
  system_status: '1',
  temperature_alarm: '1',
  temperature_fault: '1',
  humidity_fault: '1',
  control_by: '1',
  ob_mode: '1',
  ...Object.fromEntries(['y1', 'y2_gl', 'w1', 'w2_aux', 'e', 'g', 'ob'].map((wire) => [`relay_${wire}`, '1'])),
}

const CONTROL_STATUS = [
  'standby',
  'stage-1 heat',
  'stage-2 heat',
  'stage-3 heat',
  'stage-4 heat',
  'em heat',
  'stage-1 cool',
  'stage-2 cool',
]
const FAN_MODES = ['auto', 'on', 'circulate', 'disable']
const FAN_STATUS = ['standby', 'high speed', 'low speed', 'on']
const RELAYS = ['y1', 'y2_gl', 'w1', 'w2_aux', 'e', 'g', 'ob']
const ALARMS = {
  1: 'emergency heating timeout',
  2: 'auxiliary heating timeout',
  3: 'persistent low temperature',
  4: 'persistent low temperature release',
  5: 'persistent high temperature',
  6: 'persistent high temperature release',
  7: 'freeze protection',
  8: 'freeze protection release',
  9: 'threshold',
  10: 'threshold release',
}
const FAULTS = { 1: 'read failed', 2: 'out of range' }

const temperature = i16le('temperature', 10)

const control = piece(1, (view, at, into) => {
  const byte = view.getUint8(at)
  into.control_mode = MODES[byte & 3] ?? null
  into.control_status = CONTROL_STATUS[byte >> 4] ?? null
})

const fan = piece(1, (view, at, into) => {
  const byte = view.getUint8(at)
  into.fan_mode = FAN_MODES[byte & 3] ?? null
  into.fan_status = FAN_STATUS[(byte >> 2) & 3] ?? null
})

const relays = piece(1, (view, at, into) => {
  for (const [bit, wire] of RELAYS.entries()) into[`relay_${wire}`] = (view.getUint8(at) >> bit) & 1
})

/** Tenths of a degree above -100 °C in the upper 11 bits. */
const degrees = (word: number) => ((word >> 5) - 1_000) / 10

const earlier: FieldSpec = piece(4, (view, at, into) => {
  const state = view.getUint16(at, true)
  into.fan_mode = FAN_MODES[state & 3] ?? null
  into.fan_status = FAN_STATUS[(state >> 2) & 3] ?? null
  into.system_status = ((state >> 4) & 1) === 1 ? 'on' : 'off'
  into.temperature = degrees(state)
  const wanted = view.getUint16(at + 2, true)
  into.control_mode = MODES[wanted & 3] ?? null
  into.control_status = CONTROL_STATUS[(wanted >> 2) & 7] ?? null
  into.target_temperature = degrees(wanted)
})

export const decodeUplink = milesight({
  '03 67': [temperature],
  '04 67': [i16le('target_temperature', 10)],
  '05 e7': [control],
  '06 e8': [fan],
  '07 bc': [
    piece(
      1,
      (view, at, into) => void (into.plan_event = ['not executed', 'wake', 'away', 'home', 'sleep'][view.getUint8(at) & 15] ?? null),
    ),
  ],
  '08 8e': [code('system_status', { 0: 'off', 1: 'on' })],
  '09 68': [u8('humidity', 2)],
  '0a 6e': [relays],
  '83 67': [temperature, code('temperature_alarm', ALARMS)],
  'b3 67': [code('temperature_fault', FAULTS)],
  'b9 68': [code('humidity_fault', FAULTS)],
  'ff c8': planSettings,
  'ff c9': plan,
  'ff ca': wires,
  'ff cb': supported,
  'ff f6': [code('control_by', { 0: 'thermostat', 1: 'remote control' })],
  '20 ce': past(earlier),
})
