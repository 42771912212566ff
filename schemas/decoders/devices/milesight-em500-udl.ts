import { code, i16le, u16le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight, past } from '../families/milesight.ts'

/** Distance to a surface, by ultrasound. Payload: Milesight's EM500-UDL user guide. */
export const title = 'Milesight EM500-UDL'

export const fields = { ...ATTRIBUTE_FIELDS, battery: '%', distance: 'mm', distance_change: 'mm', distance_alarm: '1' }

const distance = u16le('distance')

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 82': [distance],
  '83 e9': [distance, i16le('distance_change'), code('distance_alarm', { 0: false, 1: true, 2: true })],
  '20 ce': past(distance),
})
