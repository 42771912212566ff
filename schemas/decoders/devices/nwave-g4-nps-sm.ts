import { uplinkDecoder } from '../../src/decode/uplink.ts'
import { byPort } from '../families/by-port.ts'
import { startup, volts } from '../families/nwave.ts'

/** Whether a parking bay is occupied, and how long it was in its last state. Payload: Nwave's published codec of the NPS405. */
export const title = 'Nwave G4 NPS SM'

export const fields = {
  message: '1',
  occupied: '1',
  previous_state_duration: 'min',
  previous_state_duration_error: 'min',
  previous_state_duration_overflow: '1',
  hardware_health: '1',
  temperature: 'Cel',
  battery_voltage: 'V',
  battery_health: '1',
  firmware_version: '1',
  reset_cause: '1',
}

/** Minutes that seven bits stand for: single up to 89, then steps of five, then of sixty, then "eleven hours or more". */
function lasted(bits: number) {
  const overflow = bits === 127
  const [from, first, step] = bits < 90 ? [0, 0, 1] : bits < 120 ? [90, 90, 5] : [120, 240, 60]
  return {
    previous_state_duration: first + (bits - from) * step,
    previous_state_duration_error: overflow ? null : step - 1,
    previous_state_duration_overflow: overflow,
  }
}

/** A cold battery has a lower voltage at the same charge. */
function healthOf(voltage: number, temperature: number): 'normal' | 'low' | 'critical' {
  const critical = temperature >= -5 ? 2.9 : 2.8
  if (voltage >= (temperature >= -5 ? 3 : 2.9)) return 'normal'
  return voltage >= critical ? 'low' : 'critical'
}

function status(view: DataView) {
  const byte = view.getUint8(0)
  return { data: { message: 'parking_status', occupied: (byte & 1) === 1, ...lasted(byte >> 1) } }
}

function heartbeat(view: DataView) {
  const byte = view.getUint8(0)
  const battery_voltage = volts(view.getUint8(1))
  const temperature = view.getInt8(2) / 2 + 10
  const battery_health = healthOf(battery_voltage, temperature)
  return {
    data: { message: 'heartbeat', occupied: (byte & 1) === 1, hardware_health: byte & 0x7f, battery_voltage, temperature, battery_health },
  }
}

const PORTS = {
  1: { from: 1, read: status },
  // What follows the third byte is for the maker.
  2: { from: 3, to: 6, read: heartbeat },
  3: { from: 5, read: (view: DataView) => ({ data: { ...startup(view), occupied: (view.getUint8(4) & 1) === 1 } }) },
}

export const decodeUplink = uplinkDecoder((view, fPort) => byPort(PORTS, view, fPort))
