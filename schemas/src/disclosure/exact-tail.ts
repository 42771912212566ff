import { negativeExponential } from './exponential.ts'

const BITS = 512
/** Terms below the mode's by this many bits are left out. */
const REACH = 256n
/** Bits of a comparison that rounding and what is left out cannot touch. */
const SURE = 160n

/**
 * Whether P(S ≥ m) ≤ β for the sum S of `atoms` two-sided geometrics (see tail.ts), for the rare m where doubles
 * cannot tell: the same sum in integers of 512 bits. Equality cannot occur: α = e^(−ε) is transcendental for a rational
 * ε, and the tail is an algebraic function of it that is not constant.
 */
export function tailAtMost(epsilon: readonly [number, number], atoms: number, m: number, beta: readonly [number, number]): boolean {
  const alpha = negativeExponential(BigInt(epsilon[0]), BigInt(epsilon[1]), BITS)
  const mass = massAroundMode(alpha, BigInt(atoms))
  const upper = Array.from({ length: mass.length + 1 }, () => 0n)
  for (let i = mass.length - 1; i >= 0; i--) upper[i] = (upper[i + 1] as bigint) + (mass[i] as bigint)
  let sum = 0n
  for (let b = 0; b < mass.length && b + m < mass.length; b++) sum += (mass[b] as bigint) * (upper[Math.max(0, b + m)] as bigint)
  const all = (upper[0] as bigint) ** 2n
  const difference = sum * BigInt(beta[1]) - all * BigInt(beta[0])
  if ((difference < 0n ? -difference : difference) <= (all * BigInt(beta[1])) >> SURE)
    throw new RangeError(`The tail at ${m} of ${atoms} atoms is too near to β`)
  return difference < 0n
}

/** P(A = i) of the negative binomial in units of 2^−BITS of its mode's. */
function massAroundMode(alpha: bigint, atoms: bigint): bigint[] {
  const one = 1n << BigInt(BITS)
  const least = one >> REACH
  const mode = (alpha * atoms) / one < 1n ? 0n : (alpha * atoms - one) / (one - alpha)
  const below: bigint[] = []
  const above: bigint[] = []
  for (let i = mode, p = one; i > 0n && p > least; i--) {
    p = (p * i * one) / (alpha * (atoms + i - 1n))
    below.push(p)
  }
  for (let i = mode, p = one; p > least; i++) {
    p = (p * alpha * (atoms + i)) / ((i + 1n) * one)
    above.push(p)
  }
  return [...below.reverse(), one, ...above]
}
