import { code, i16le, skip, u16le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, type Channel, milesight, past } from '../families/milesight.ts'

/** People passing a door, by heat. Payload: Milesight's VS351 user guide. */
export const title = 'Milesight VS351'

export const fields = {
  ...ATTRIBUTE_FIELDS,
  battery: '%',
  temperature: 'Cel',
  total_in: '1',
  total_out: '1',
  period_in: '1',
  period_out: '1',
  temperature_alarm: '1',
  total_alarm: '1',
  period_alarm: '1',
}

const temperature = i16le('temperature', 10)
const total = [u16le('total_in'), u16le('total_out')]
const period = [u16le('period_in'), u16le('period_out')]

/** An earlier reading says behind its time whether totals follow the period's counts. */
const history: Channel = (view, at, gathered) => {
  if (at + 5 > view.byteLength) return -1
  return past(skip(1), ...period, ...(view.getUint8(at + 4) === 1 ? total : []))(view, at, gathered)
}

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 67': [temperature],
  '04 cc': total,
  '05 cc': period,
  '83 67': [temperature, code('temperature_alarm', { 0: 'none', 1: 'threshold', 3: 'high', 4: 'none' })],
  '84 cc': [...total, code('total_alarm', { 1: true })],
  '85 cc': [...period, code('period_alarm', { 1: true })],
  '20 ce': history,
})
