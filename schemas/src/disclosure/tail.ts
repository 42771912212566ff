/** P(S ≥ m) for the sum S of independent two-sided geometrics. */
export interface Tail {
  /** P(S ≥ m), for any integer m. */
  at(m: number): number
  /** By how much `at` may be wrong: the truth lies in value ± (value × relative + absolute). */
  readonly relative: number
  readonly absolute: number
}

/** Half a unit in the last place of 1. */
const ROUNDING = 2 ** -53

/**
 * The tail of the sum S of `atoms` two-sided geometrics with P(G = g) ∝ α^|g|, α = e^(−ε). G is a difference of two
 * geometrics, so S = A − B with A and B negative binomial: P(A = i) = C(atoms − 1 + i, i) (1 − α)^atoms α^i, and
 * P(S ≥ m) = Σ_b P(B = b) P(A ≥ b + m). Every term is positive, so doubles lose only what rounding takes, which is
 * counted: the mass function starts from its mode with 1 and is divided by its sum in the end.
 * @param cut the mass that may be left out on either side, relative to all
 */
export function noiseTail(epsilon: number, atoms: number, cut: number): Tail {
  const { mass, total } = massAroundMode(Math.exp(-epsilon), atoms, cut)
  const length = mass.length
  // upper[i] = mass[i] + mass[i + 1] + …
  const upper = new Float64Array(length + 1)
  for (let i = length - 1; i >= 0; i--) upper[i] = (upper[i + 1] as number) + (mass[i] as number)
  const square = total * total
  return {
    at(m) {
      let sum = 0
      for (let b = 0; b < length && b + m < length; b++) {
        sum += (mass[b] as number) * (upper[Math.max(0, b + m)] as number)
      }
      return sum / square
    },
    // Per step from the mode: α itself (2 + ε roundings) and three operations; at most `length` steps, in each of the
    // two factors and twice in the square; and three sums of `length` terms. Twice that covers the second order.
    relative: 2 * (4 * (5 + epsilon) + 4) * length * ROUNDING,
    absolute: 8 * cut,
  }
}

/** P(A = i) in units of the mode's, where it matters. The mode's term is part of `total`, so `cut` of it is `cut` of all. */
function massAroundMode(alpha: number, atoms: number, cut: number): { mass: Float64Array; total: number } {
  const mode = Math.max(0, Math.floor((alpha * atoms - 1) / (1 - alpha)))
  const below: number[] = []
  const above: number[] = []
  for (let i = mode, p = 1; i > 0; i--) {
    const ratio = i / (alpha * (atoms + i - 1))
    p *= ratio
    below.push(p)
    // The ratios shrink further down: what follows is less than the geometric series of this one.
    if (ratio < 1 && (p * ratio) / (1 - ratio) < cut) break
  }
  for (let i = mode, p = 1; ; i++) {
    const ratio = (alpha * (atoms + i)) / (i + 1)
    p *= ratio
    above.push(p)
    // The ratios fall with i, or rise towards α where there is one atom only.
    const bound = Math.max(alpha, ratio)
    if (bound < 1 && (p * bound) / (1 - bound) < cut) break
  }
  const mass = Float64Array.from([...below.reverse(), 1, ...above])
  return { mass, total: mass.reduce((a, b) => a + b, 0) }
}
