import { CityError } from '@commonstream/runtime'
import { negativeExponential } from '@commonstream/schemas/disclosure/exponential.ts'

/** Bits of each of the two geometrics; a value is at most 2^BITS − 1. */
export const BITS = 11
/** 32-bit words of a draw and of a threshold, the most significant first. */
export const WORDS = 4

const PRECISION = 256
const memory = new Map<string, readonly Uint32Array[]>()

/**
 * For each bit i the number t below which a uniform 128-bit draw sets it: t = ⌊2^128 / (1 + e^(ε·2^i))⌋, made with
 * integers, as four words. A geometric with P(A = a) ∝ e^(−εa), a < 2^11, is a sum of independent bits of these chances.
 * @throws CityError `EPSILON_INVALID` below 1/23: there 11 bits would cut off more than 2^−125 of the noise
 */
export function bitThresholds(epsilon: readonly [number, number]): readonly Uint32Array[] {
  const [numerator, denominator] = epsilon
  const name = `${numerator}/${denominator}`
  let thresholds = memory.get(name)
  if (thresholds !== undefined) return thresholds
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator < 1 || numerator * 23 < denominator) {
    throw new CityError('EPSILON_INVALID', `ε = ${name} is not a fraction of at least 1/23`)
  }
  thresholds = Array.from({ length: BITS }, (_, bit) => wordsOf(chanceOf(BigInt(numerator) << BigInt(bit), BigInt(denominator))))
  memory.set(name, thresholds)
  return thresholds
}

/** ⌊2^128 q / (1 + q)⌋ with q = e^(−numerator/denominator). */
function chanceOf(numerator: bigint, denominator: bigint): bigint {
  const q = negativeExponential(numerator, denominator, PRECISION)
  return (q << 128n) / ((1n << BigInt(PRECISION)) + q)
}

function wordsOf(value: bigint): Uint32Array {
  return Uint32Array.from({ length: WORDS }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * (WORDS - 1 - i)))))
}
