import { type Decoded, Refused } from './reading.ts'

/** Readings of one payload; the largest poll of stations has some thousands. */
export const MOST_READINGS = 20_000

/** Refuses a payload that would become very many records, and one that holds none. */
export function limitReadings(decoded: Decoded): Decoded {
  if (decoded instanceof Refused) return decoded
  if (decoded.length === 0) return new Refused('invalid', 'no reading in the payload')
  return tooMany(decoded.length) ?? decoded
}

/** The refusal of a payload with so many readings, records or rows; null where they may be. Asked before anything is made of each. */
export function tooMany(count: number): Refused | null {
  return count > MOST_READINGS ? new Refused('too_large', `more than ${MOST_READINGS} readings in one payload`) : null
}
