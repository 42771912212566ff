import { createCipheriv, createHash } from 'node:crypto'

/**
 * The noise of protocol section 8.3 a second time, sharing nothing with the worker's: the atom is spelled in hexadecimal,
 * HMAC is built from two hashes, the keystream is AES-256 in ECB over counter blocks, and a draw U sets a bit of chance
 * 1/(1 + e^y) where U (1 + e^y) < 2^128, with e^y as a decimal of 60 digits behind the point from its power series.
 */
export interface AtomName {
  stream: string
  sensor: string
  property: string
  start: number
  size: number
  policy: number
}

const SCALE = 10n ** 60n
const series = new Map<string, bigint>()

export function secondAtom(atom: AtomName): string {
  const text = (value: string) => Buffer.from(value, 'utf8').toString('hex')
  const number = (value: number) => BigInt.asUintN(64, BigInt(value)).toString(16).padStart(16, '0')
  const parts = [text(atom.stream), text(atom.sensor), text(atom.property), number(atom.start), number(atom.size), number(atom.policy)]
  return parts.map((hex) => (hex.length / 2).toString(16).padStart(8, '0') + hex).join('')
}

export function secondNoise(dayKey: Buffer, atom: AtomName, epsilon: readonly [number, number]): number {
  const draws = drawsOf(hmac(dayKey, Buffer.from(secondAtom(atom), 'hex')))
  let noise = 0n
  for (let i = 0; i < 11; i++) {
    const odds = SCALE + exponential(BigInt(epsilon[0]) * 2n ** BigInt(i), BigInt(epsilon[1]))
    const set = (draw: bigint) => (draw * odds < 2n ** 128n * SCALE ? 2n ** BigInt(i) : 0n)
    noise += set(draws[i] as bigint) - set(draws[11 + i] as bigint)
  }
  return Number(noise)
}

/** e^(numerator/denominator) in units of 1/SCALE. */
function exponential(numerator: bigint, denominator: bigint): bigint {
  const name = `${numerator}/${denominator}`
  let value = series.get(name)
  if (value === undefined) {
    value = 0n
    for (let term = SCALE, k = 1n; term > 0n; k++) {
      value += term
      term = (term * numerator) / (denominator * k)
    }
    series.set(name, value)
  }
  return value
}

function hmac(key: Buffer, text: Buffer): Buffer {
  const block = Buffer.concat([key, Buffer.alloc(64 - key.length)])
  const hash = (pad: number, rest: Buffer) =>
    createHash('sha256')
      .update(block.map((byte) => byte ^ pad))
      .update(rest)
      .digest()
  return hash(0x5c, hash(0x36, text))
}

const DRAWS = 22
const COUNTERS = Buffer.from(Array.from({ length: DRAWS }, (_, counter) => counter.toString(16).padStart(32, '0')).join(''), 'hex')

function drawsOf(key: Buffer): bigint[] {
  const drawn = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(COUNTERS).toString('hex')
  return Array.from({ length: DRAWS }, (_, counter) => BigInt(`0x${drawn.slice(32 * counter, 32 * counter + 32)}`))
}

/**
 * τ(n) a second time, from the characteristic function: the sum of n two-sided geometrics has
 * φ(t) = ((1 − α)² / (1 − 2α cos t + α²))^n, and P(S = j) is its j-th Fourier coefficient, which the trapezoid rule
 * gives but for aliases beyond `points`. Good to about 1e−13; slow.
 */
export function secondThreshold(
  policy: { epsilon: readonly [number, number]; group: number; beta: readonly [number, number] },
  atoms: number,
): number {
  const epsilon = policy.epsilon[0] / policy.epsilon[1]
  const beta = policy.beta[0] / policy.beta[1]
  const sd = Math.sqrt(atoms) * (Math.SQRT1_2 / Math.sinh(epsilon / 2))
  const points = 2 ** Math.ceil(Math.log2(30 * sd + 80 / epsilon))
  const phi = Array.from({ length: points }, (_, k) => (1 + Math.sin((Math.PI * k) / points) ** 2 / Math.sinh(epsilon / 2) ** 2) ** -atoms)
  const cosines = Array.from({ length: points }, (_, k) => Math.cos((2 * Math.PI * k) / points))
  const mass = (j: number) => phi.reduce((sum, value, k) => sum + value * (cosines[(k * j) % points] as number), 0) / points
  // From the middle outwards: P(S ≥ 1) = (1 − P(S = 0)) / 2, and what is above m + 1 is less by P(S = m).
  let m = 1
  let above = (1 - mass(0)) / 2
  if (above <= beta) throw new RangeError('this way is for β < P(S ≥ 1)')
  while (above > beta) above -= mass(m++)
  return policy.group - 1 + m
}
