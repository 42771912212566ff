import type { Disclosure } from '../contract/stream.ts'

/**
 * Standard deviation of the noise in a cell made of `atoms` releases: of one two-sided geometric with α = e^(−ε) it is
 * √(2α) / (1 − α), and variances of independent noise add up.
 */
export function noiseSd(policy: Pick<Disclosure, 'epsilon'>, atoms = 1): number {
  const epsilon = policy.epsilon[0] / policy.epsilon[1]
  return Math.sqrt(2 * atoms * Math.exp(-epsilon)) / -Math.expm1(-epsilon)
}
