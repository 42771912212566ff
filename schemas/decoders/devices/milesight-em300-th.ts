import { code, i16le, skip, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight, past } from '../families/milesight.ts'

/** Temperature and humidity. Payload: Milesight's EM300 user guide. */
export const title = 'Milesight EM300-TH'

export const fields = { ...ATTRIBUTE_FIELDS, battery: '%', temperature: 'Cel', humidity: '%', temperature_alarm: '1' }

const temperature = i16le('temperature', 10)
const humidity = u8('humidity', 2)

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 67': [temperature],
  '04 68': [humidity],
  '83 67': [temperature, code('temperature_alarm', { 0: false, 1: true })],
  '20 ce': past(temperature, humidity, skip(1)),
})
