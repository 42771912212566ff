import { code, i16le, skip, u16le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight } from '../families/milesight.ts'

/** Distance to what lies in a bin or tank, by ultrasound. Payload: Milesight's EM400-UDL user guide. */
export const title = 'Milesight EM400-UDL'

export const fields = {
  ...ATTRIBUTE_FIELDS,
  battery: '%',
  temperature: 'Cel',
  distance: 'mm',
  tilted: '1',
  temperature_alarm: '1',
  distance_alarm: '1',
}

const temperature = i16le('temperature', 10)
const distance = u16le('distance')

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 67': [temperature],
  '04 82': [distance],
  '05 00': [code('tilted', { 0: false, 1: true })],
  // Where it is (NB-IoT models): a sensor's place stands in the register.
  '06 88': [skip(9)],
  '83 67': [temperature, code('temperature_alarm', { 0: false, 1: true })],
  '84 82': [distance, code('distance_alarm', { 0: false, 1: true })],
})
