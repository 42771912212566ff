import { piece, u16le, u32le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, type Channel, milesight } from '../families/milesight.ts'

/** People crossing up to four lines, and in up to four regions. Payload: Milesight's VS133 user guide. */
export const title = 'Milesight VS133'

const PLACES = [1, 2, 3, 4] as const
const LINE = ['total_in', 'total_out', 'period_in', 'period_out'] as const

export const fields = {
  ...ATTRIBUTE_FIELDS,
  ...Object.fromEntries(PLACES.flatMap((line) => LINE.map((name) => [`line_${line}_${name}`, '1']))),
  ...Object.fromEntries(PLACES.map((region) => [`region_${region}_count`, '1'])),
  ...Object.fromEntries(PLACES.flatMap((region) => ['mean', 'max'].map((of) => [`region_${region}_dwell_${of}`, 's']))),
}

/** Totals since the device's start (counters) and counts of the reporting period, a channel each. */
function lineChannels(line: number): [string, Channel][] {
  const channel = (offset: number, type: string) => `${(3 * line + offset).toString(16).padStart(2, '0')} ${type}`
  return [
    [channel(0, 'd2'), [u32le(`line_${line}_total_in`)]],
    [channel(1, 'd2'), [u32le(`line_${line}_total_out`)]],
    [channel(2, 'cc'), [u16le(`line_${line}_period_in`), u16le(`line_${line}_period_out`)]],
  ]
}

const dwell = piece(5, (view, at, into) => {
  const region = view.getUint8(at)
  if (!PLACES.some((place) => place === region)) return
  into[`region_${region}_dwell_mean`] = view.getUint16(at + 1, true)
  into[`region_${region}_dwell_max`] = view.getUint16(at + 3, true)
})

export const decodeUplink = milesight({
  ...Object.fromEntries(PLACES.flatMap(lineChannels)),
  '0f e3': PLACES.map((region) => u8(`region_${region}_count`)),
  '10 e4': [dwell],
})
