import { instantOf } from '../../src/decode/instants.ts'
import { jsonOf, objectOf, textOf } from '../../src/decode/json.ts'
import type { Mapping } from '../../src/decode/mapping.ts'
import { type Decoded, Refused, type Value } from '../../src/decode/reading.ts'

/** A field of a frame: its name and its width in characters. */
type Field = readonly [name: string, width: number]

/** One model's frame, model name and serial number first. */
interface Layout {
  readonly model: string
  readonly serialWidth: number
  readonly fields: readonly Field[]
  /** Characters that may follow: places for sensors that are not built in. */
  readonly spare: number
}

const MINUTE = 'minute'

/** Widths as observed; of wind, which no frame seen so far has, those that fit the rest: whole degrees, then a speed. */
const LAYOUTS: readonly Layout[] = [
  {
    model: 'SDOT001',
    serialWidth: 11,
    fields: [
      ['pm2_5', 4],
      ['pm10', 4],
      ['temperature', 7],
      ['humidity', 3],
      ['wind_direction', 4],
      ['wind_speed', 7],
      ['gust_direction', 4],
      ['gust_speed', 7],
      ['illuminance', 6],
      ['uv_index', 7],
      ['noise', 2],
      ['vibration_x', 7],
      ['vibration_y', 7],
      ['vibration_z', 7],
      ['vibration_x_max', 7],
      ['vibration_y_max', 7],
      ['vibration_z_max', 7],
      ['globe_temperature', 7],
      ['pm2_5_calibrated', 4],
      ['pm10_calibrated', 4],
      [MINUTE, 12],
    ],
    spare: 60,
  },
  { model: 'SCMS-SEOUL-SD', serialWidth: 18, fields: [['visitors', 4]], spare: 0 },
  {
    model: 'IMC_1000A',
    serialWidth: 13,
    // The published list of fields does not say what this model measures.
    fields: [
      ['value_1', 3],
      ['value_2', 3],
      ['value_3', 4],
      ['value_4', 4],
      ['value_5', 5],
      ['value_6', 5],
    ],
    spare: 0,
  },
]

const LONGEST_FRAME = 1_024
const NUMBER = /^0*?(-?\d+(?:\.\d+)?)$/

/**
 * A fixed-width frame of Seoul's S-DoT, bare or as `frame` of a JSON object (whose `sequence` begins with the minute of
 * a frame that has none). Fields are padded with zeros; one of `x` alone has no value. A frame is of its own minute, in
 * local time, which may lie a day before its reception.
 */
export function seoulSdot(payload: Uint8Array, { zone }: Mapping): Decoded {
  if (payload.length > LONGEST_FRAME) return new Refused('too_large', `longer than ${LONGEST_FRAME} bytes`)
  const message = payload[0] === 0x7b ? objectOf(jsonOf(payload)) : { frame: textOf(payload) }
  const frame = message?.frame
  if (typeof frame !== 'string') return new Refused('undecodable', 'no frame')
  const layout = LAYOUTS.find(({ model }) => frame.startsWith(model))
  if (layout === undefined) return new Refused('undecodable', 'a frame of an unknown model')
  const values = fieldsOf(frame.trimEnd(), layout)
  if (values instanceof Refused) return values
  const { [MINUTE]: minute = sequenceMinute(message?.sequence), ...rest } = values
  const sensor = frame.slice(layout.model.length, layout.model.length + layout.serialWidth)
  return [{ sensor, at: instantOf(minute, zone), dated: true, boot: null, seq: null, values: rest }]
}

function fieldsOf(frame: string, { model, serialWidth, fields, spare }: Layout): Record<string, Value> | Refused {
  const shortest = fields.reduce((sum, [, width]) => sum + width, model.length + serialWidth)
  if (frame.length < shortest || frame.length > shortest + spare)
    return new Refused('undecodable', `a frame of ${frame.length} characters, where ${model} has ${shortest} to ${shortest + spare}`)
  const values: Record<string, Value> = {}
  let at = model.length + serialWidth
  for (const [name, width] of fields) {
    const text = frame.slice(at, at + width)
    const value = valueOf(text, name)
    if (value === undefined) return new Refused('invalid', `${name} at character ${at + 1} is no number`)
    values[name] = value
    at += width
  }
  return values
}

function valueOf(text: string, name: string): Value | undefined {
  if (/^x+$/.test(text)) return null
  if (name === MINUTE) return /^\d{12}$/.test(text) ? text : undefined
  const [, number] = NUMBER.exec(text) ?? []
  return number === undefined ? undefined : Number(number)
}

function sequenceMinute(sequence: unknown): string | null {
  // Beyond the whole numbers that JSON keeps exactly, but its first twelve digits survive.
  const digits = Number.isInteger(sequence) ? BigInt(sequence as number).toString() : sequence
  return typeof digits === 'string' && /^\d{12,24}$/.test(digits) ? digits.slice(0, 12) : null
}
