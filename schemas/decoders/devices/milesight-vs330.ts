import { code, u16le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight } from '../families/milesight.ts'

/** Whether a room is occupied. Payload: Milesight's VS330 user guide. */
export const title = 'Milesight VS330'

export const fields = { ...ATTRIBUTE_FIELDS, battery: '%', distance: 'mm', occupied: '1', calibrated: '1' }

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '02 82': [u16le('distance')],
  '03 8e': [code('occupied', { 0: false, 1: true })],
  '04 8e': [code('calibrated', { 0: false, 1: true })],
})
