import type { Property } from '../contract/stream.ts'

export interface Units {
  /**
   * round(value / resolution), a half towards +∞ (as Math.round). A decimal that lies halfway may have no double of its
   * own, and then goes to the side where its double lies.
   */
  toInteger(value: number): number
  /** The value of an integer: the double next to n × resolution. */
  toUnits(integer: number): number
}

/** A decimal such as "0.25" as a fraction of integers, [25, 100]. */
export function decimalFraction(decimal: string): readonly [number, number] {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(decimal)
  const fraction = match?.[2] ?? ''
  const numerator = Number((match?.[1] ?? '') + fraction)
  if (match === null || numerator === 0) throw new RangeError(`"${decimal}" is not a positive decimal such as 0.1`)
  return [numerator, 10 ** fraction.length]
}

/**
 * From declared units to the fold's integers and back. The resolution is taken as the fraction that was written, not
 * as a double: 0.1 is 1/10, so n / 10 is the double that prints as one decimal, which n × 0.1 is not always.
 * Exact both ways for integers up to 2^50 / (numerator × denominator of the resolution).
 */
export function unitsOf(property: Pick<Property, 'resolution'>): Units {
  const [numerator, denominator] = decimalFraction(property.resolution)
  return {
    // + 0 makes a plain zero of minus zero.
    toInteger: (value) => Math.round((value * denominator) / numerator) + 0,
    toUnits: (integer) => (integer * numerator) / denominator,
  }
}
