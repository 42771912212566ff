import { battery, decentlab, HEADER_FIELDS } from '../families/decentlab.ts'

/** Rain by tipping bucket. Payload: Decentlab's DL-TBRG user guide; one tip is counted in tenths of a millimetre. */
export const title = 'Decentlab DL-TBRG'

export const fields = {
  ...HEADER_FIELDS,
  battery_voltage: 'V',
  precipitation: 'mm',
  precipitation_interval: 's',
  precipitation_total: 'mm',
}

export const decodeUplink = decentlab([
  {
    words: 4,
    read: ([tenths = 0, seconds = 0, low = 0, high = 0]) => ({
      precipitation: tenths / 10,
      precipitation_interval: seconds,
      precipitation_total: (low + high * 65_536) / 10,
    }),
  },
  battery,
])
