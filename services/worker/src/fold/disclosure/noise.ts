import { createCipheriv, createHmac } from 'node:crypto'
import { BITS, bitThresholds, WORDS } from './bit-thresholds.ts'

const DRAW_BYTES = 4 * WORDS
/** What AES-CTR turns into its keystream: a draw for every bit of A, then of B. */
const ZEROS = Buffer.alloc(2 * BITS * DRAW_BYTES)
/** A key is used for one atom only, so the counter may start at zero. */
const COUNTER = Buffer.alloc(16)

/**
 * The noise of one atom: two-sided geometric for ε, from nothing but the day key and the atom (protocol section 8.3).
 * The keystream of AES-256-CTR under HMAC-SHA-256(day key, atom) gives 22 big-endian 128-bit draws; the bits of A and B
 * are set where a draw lies below its threshold; the noise is A − B. Integers only, and the same work for every outcome.
 * Statistical distance to the exact distribution: below 2^−122.
 * @param epsilon rational, numerator and denominator
 * @returns an integer within ±2047
 */
export function noise(dayKey: Buffer, atom: Buffer, epsilon: readonly [number, number]): number {
  const thresholds = bitThresholds(epsilon)
  const key = createHmac('sha256', dayKey).update(atom).digest()
  const stream = createCipheriv('aes-256-ctr', key, COUNTER).update(ZEROS)
  return geometric(stream, 0, thresholds) - geometric(stream, BITS * DRAW_BYTES, thresholds)
}

function geometric(stream: Buffer, from: number, thresholds: readonly Uint32Array[]): number {
  let value = 0
  for (let bit = 0; bit < BITS; bit++) value += below(stream, from + bit * DRAW_BYTES, thresholds[bit] as Uint32Array) << bit
  return value
}

/** 1 if the draw at `at` is less than `threshold`, else 0: the borrow of their difference, without a branch. */
function below(stream: Buffer, at: number, threshold: Uint32Array): number {
  let borrow = 0
  for (let word = WORDS - 1; word >= 0; word--) {
    borrow = Number(stream.readUInt32BE(at + 4 * word) - (threshold[word] as number) - borrow < 0)
  }
  return borrow
}
