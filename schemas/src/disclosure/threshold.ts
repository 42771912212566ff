import type { Disclosure } from '../contract/stream.ts'
import { tailAtMost } from './exact-tail.ts'
import { noiseTail } from './tail.ts'

/** Distinct numbers of atoms remembered per policy. */
const REMEMBERED = 4_096
const memory = new WeakMap<Disclosure, Map<number, number>>()

/**
 * τ(n): a cell made of `atoms` releases is shown only if its y ≥ τ(n) (protocol section 8.6). It is the smallest y
 * that a cell with fewer than `group` passages reaches with probability at most β, whatever its noise: group − 1 plus
 * the smallest m with P(S ≥ m) ≤ β, S the sum of `atoms` two-sided geometrics for the policy's ε. Exact to the integer.
 * @throws RangeError if `atoms` is not a positive integer
 */
export function threshold(policy: Disclosure, atoms: number): number {
  if (!Number.isSafeInteger(atoms) || atoms < 1) throw new RangeError(`A cell is made of at least one atom, not ${atoms}`)
  let known = memory.get(policy)
  if (known === undefined) memory.set(policy, (known = new Map()))
  let tau = known.get(atoms)
  if (tau !== undefined) return tau
  tau = policy.group - 1 + smallestRare(policy, atoms)
  if (known.size >= REMEMBERED) known.clear()
  known.set(atoms, tau)
  return tau
}

/** The smallest m with P(S ≥ m) ≤ β, by bisection; S is symmetric, so m is not below −limit if it is not above limit. */
function smallestRare(policy: Disclosure, atoms: number): number {
  const rare = rarity(policy, atoms)
  let limit = 1
  while (!rare(limit)) limit *= 2
  let low = -limit
  while (rare(low)) low *= 2
  let high = limit
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (rare(middle)) high = middle
    else low = middle
  }
  return high
}

/** Answers whether P(S ≥ m) ≤ β: by doubles where their error leaves no doubt, else by integers. */
function rarity(policy: Disclosure, atoms: number): (m: number) => boolean {
  const beta = policy.beta[0] / policy.beta[1]
  const tail = noiseTail(policy.epsilon[0] / policy.epsilon[1], atoms, beta * 2 ** -60)
  return (m) => {
    const p = tail.at(m)
    const doubt = p * tail.relative + tail.absolute + beta * 2 ** -52
    return Math.abs(p - beta) > doubt ? p < beta : tailAtMost(policy.epsilon, atoms, m, policy.beta)
  }
}
