import { type FieldSpec, piece, u16le, u8 } from '../families/field-spec.ts'
import { ATTRIBUTE_FIELDS, milesight } from '../families/milesight.ts'

/** People in regions of a room, and crossing its lines. Payload: Milesight's VS121 user guide. */
export const title = 'Milesight VS121'

const REGIONS = 16
const SIDES = ['a', 'b', 'c', 'd'] as const

const regionNames = Array.from({ length: REGIONS }, (_, i) => `region_${i + 1}`)
const flowNames = SIDES.flatMap((from) => SIDES.map((to) => `${from}_to_${to}`))

export const fields = {
  ...ATTRIBUTE_FIELDS,
  people: '1',
  people_max: '1',
  regions: '1',
  people_in: '1',
  people_out: '1',
  total_in: '1',
  total_out: '1',
  ...Object.fromEntries(regionNames.flatMap((name) => [`${name}_occupied`, `${name}_count`].map((field) => [field, '1']))),
  ...Object.fromEntries(regionNames.flatMap((name) => [`${name}_dwell_mean`, `${name}_dwell_max`].map((field) => [field, 's']))),
  ...Object.fromEntries(flowNames.map((name) => [name, '1'])),
}

/** Which regions hold people: how many regions there are, then a bit for each, the first region's lowest. */
const occupied = piece(3, (view, at, into) => {
  const regions = Math.min(view.getUint8(at), REGIONS)
  const mask = view.getUint16(at + 1)
  into.regions = regions
  for (let i = 0; i < regions; i++) into[`region_${i + 1}_occupied`] = ((mask >> i) & 1) === 1
})

const dwell = piece(5, (view, at, into) => {
  const region = view.getUint8(at)
  if (region < 1 || region > REGIONS) return
  into[`region_${region}_dwell_mean`] = view.getUint16(at + 1, true)
  into[`region_${region}_dwell_max`] = view.getUint16(at + 3, true)
})

const counts = (first: number): FieldSpec[] => Array.from({ length: 8 }, (_, i) => u8(`region_${first + i}_count`))
const flows = (from: string): FieldSpec[] => SIDES.map((to) => u16le(`${from}_to_${to}`))

export const decodeUplink = milesight({
  '04 c9': [u8('people'), occupied],
  '05 cc': [u16le('people_in'), u16le('people_out')],
  '06 cd': [u8('people_max')],
  '07 d5': counts(1),
  '08 d5': counts(9),
  '09 da': flows('a'),
  '0a da': flows('b'),
  '0b da': flows('c'),
  '0c da': flows('d'),
  '0d cc': [u16le('total_in'), u16le('total_out')],
  '0e e4': [dwell],
  // The device's own clock, in seconds since 1970.
  '0f 85': [piece(4, (view, at, into) => void (into.at = view.getUint32(at, true) * 1_000))],
})
