import { instantOf } from './instants.ts'
import { type Json, objectOf } from './json.ts'
import { type Decoded, isValue, type Reading, Refused } from './reading.ts'

const LONGEST_SENSOR = 128
const LONGEST_TEXT = 1_024

/** What a city's own `decode` gave back, as readings: a list of `{ sensor?, at, values, seq?, boot? }`, or `{ errors }`. */
export function checkedReadings(result: unknown): Decoded {
  if (objectOf(result)?.errors !== undefined) return new Refused('undecodable', 'the decoder refused it')
  if (!Array.isArray(result)) return new Refused('undecodable', 'the decoder gave no list of readings')
  return result.map((item: unknown, i) => checked(objectOf(item)) ?? new Refused('invalid', `reading ${i + 1} of the decoder is none`))
}

function checked(item: Json | null): Reading | null {
  const values = objectOf(item?.values)
  if (item === null || values === null || !Object.values(values).every(isShort)) return null
  const { sensor = null, at = null, seq = null, boot = null } = item
  if (!isText(sensor, LONGEST_SENSOR) || !isText(boot, 64)) return null
  if (seq !== null && !(Number.isSafeInteger(seq) && (seq as number) >= 0)) return null
  return {
    sensor,
    at: typeof at === 'number' ? (Number.isInteger(at) ? at : null) : instantOf(at, null),
    dated: true,
    boot,
    seq: seq as number | null,
    values: values as Reading['values'],
  }
}

function isText(value: unknown, longest: number): value is string | null {
  return value === null || (typeof value === 'string' && value !== '' && value.length <= longest)
}

function isShort(value: unknown): boolean {
  return isValue(value) && !(typeof value === 'string' && value.length > LONGEST_TEXT)
}
