import { code, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight } from '../families/milesight.ts'

/** Whether a desk (VS340) or seat (VS341) is occupied. Payload: Milesight's VS340 and VS341 user guide. */
export const title = 'Milesight VS340 and VS341'

export const fields = { ...ATTRIBUTE_FIELDS, battery: '%', occupied: '1' }

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 00': [code('occupied', { 0: false, 1: true })],
})
