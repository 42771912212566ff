import { battery, decentlab, HEADER_FIELDS } from '../families/decentlab.ts'

/** Distance to a surface, by ultrasound. Payload: Decentlab's DL-MBX user guide. */
export const title = 'Decentlab DL-MBX'

export const fields = { ...HEADER_FIELDS, battery_voltage: 'V', distance: 'mm', valid_samples: '1' }

export const decodeUplink = decentlab([{ words: 2, read: ([distance = 0, valid_samples = 0]) => ({ distance, valid_samples }) }, battery])
