import { uplinkDecoder } from '../../src/decode/uplink.ts'
import { byPort } from '../families/by-port.ts'

/** Whether a parking bay is occupied. Payload: Bosch's communication interface of the Parking Lot Sensor. */
export const title = 'Bosch Parking Lot Sensor (TPS110)'

export const fields = { message: '1', occupied: '1', temperature: 'Cel', firmware_version: '1', reset_cause: '1', debug: '1' }

const RESET_CAUSES: Readonly<Record<number, string>> = { 1: 'watchdog', 2: 'power_on', 3: 'system_request', 4: 'other' }

const DEBUG_BYTES = 12

const occupiedAt = (view: DataView, at: number) => (view.getUint8(at) & 1) === 1

/** A heartbeat of older firmware has no temperature. */
function heartbeat(view: DataView) {
  const temperature = view.byteLength > 1 ? { temperature: view.getInt8(1) } : {}
  return { data: { message: 'heartbeat', occupied: occupiedAt(view, 0), ...temperature } }
}

function startup(view: DataView) {
  const bytes = Array.from({ length: view.byteLength }, (_, i) => view.getUint8(i))
  return {
    data: {
      message: 'startup',
      occupied: occupiedAt(view, 16),
      firmware_version: bytes.slice(DEBUG_BYTES, DEBUG_BYTES + 3).join('.'),
      reset_cause: RESET_CAUSES[bytes[15] as number] ?? null,
      debug: bytes
        .slice(0, DEBUG_BYTES)
        .map((b) => b.toString(16).padStart(2, '0'))
        .join(' '),
    },
  }
}

const PORTS = {
  1: { from: 1, read: (view: DataView) => ({ data: { message: 'parking_status', occupied: occupiedAt(view, 0) } }) },
  2: { from: 1, to: 2, read: heartbeat },
  3: { from: 17, read: startup },
}

export const decodeUplink = uplinkDecoder((view, fPort) => byPort(PORTS, view, fPort))
