import { uplinkDecoder } from '../../src/decode/uplink.ts'
import { byPort } from '../families/by-port.ts'
import { startup, volts } from '../families/nwave.ts'

/** Vehicles that passed a lane. Payload: Nwave's published codec of the NCC405. */
export const title = 'Nwave G4 NCC SM'

export const fields = {
  message: '1',
  vehicles_total: '1',
  hardware_health: '1',
  battery_voltage: 'V',
  battery_voltage_mean: 'V',
  firmware_version: '1',
  reset_cause: '1',
}

const PORTS = {
  1: { from: 2, read: (view: DataView) => ({ data: { message: 'counter_update', vehicles_total: view.getUint16(0) } }) },
  2: {
    from: 3,
    read: (view: DataView) => ({
      data: {
        message: 'heartbeat',
        hardware_health: view.getUint8(0) & 0x7f,
        battery_voltage: volts(view.getUint8(1)),
        battery_voltage_mean: volts(view.getUint8(2)),
      },
    }),
  },
  3: { from: 4, read: (view: DataView) => ({ data: { ...startup(view) } }) },
}

export const decodeUplink = uplinkDecoder((view, fPort) => byPort(PORTS, view, fPort))
