import { u32le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight, past } from '../families/milesight.ts'

/** Brightness. Payload: Milesight's EM500-LGT user guide. */
export const title = 'Milesight EM500-LGT'

export const fields = { ...ATTRIBUTE_FIELDS, battery: '%', illuminance: 'lx' }

const illuminance = u32le('illuminance')

export const decodeUplink = milesight({
  '01 75': [u8('battery')],
  '03 94': [illuminance],
  '20 ce': past(illuminance),
})
