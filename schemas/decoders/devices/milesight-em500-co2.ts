import { code, i16le, u16le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight, past } from '../families/milesight.ts'

/** Carbon dioxide, temperature, humidity and air pressure. Payload: Milesight's EM500-CO2 user guide. */
export const title = 'Milesight EM500-CO2'

export const fields = {
  ...ATTRIBUTE_FIELDS,
  battery: '%',
  temperature: 'Cel',
  humidity: '%',
  co2: '[ppm]',
  pressure: 'hPa',
  temperature_change: 'Cel',
  temperature_alarm: '1',
}

const temperature = i16le('temperature', 10)
const humidity = u8('humidity', 2)
const co2 = u16le('co2')
const pressure = u16le('pressure', 10)

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 67': [temperature],
  '04 68': [humidity],
  '05 7d': [co2],
  '06 73': [pressure],
  '83 d7': [temperature, i16le('temperature_change', 10), code('temperature_alarm', { 0: false, 1: true, 2: true })],
  '20 ce': past(co2, pressure, temperature, humidity),
})
