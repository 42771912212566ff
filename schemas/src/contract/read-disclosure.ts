import type { Contract } from './contract-schema.ts'
import type { SourceFile } from './source-file.ts'
import type { Disclosure } from './stream.ts'

const KEYS = ['policy', 'from', 'epsilon', 'group', 'beta'] as const

interface Reading {
  readonly disclosure: Disclosure | null
  readonly unprotected: string | null
}

/** A contract's disclosure: either a policy, whole, or the reason why none is needed. */
export function readDisclosure(written: Contract['disclosure'], source: SourceFile): Reading {
  const missing = KEYS.filter((key) => written[key] === undefined)
  if (written.none !== undefined) {
    if (missing.length < KEYS.length) source.fault(['disclosure'], 'has a policy and says that none is needed; keep one of the two')
    return { disclosure: null, unprotected: written.none }
  }
  if (missing.length > 0) {
    source.fault(
      ['disclosure'],
      `lacks ${missing.map((key) => `"${key}"`).join(', ')}; give the whole policy, or { none: "why none is needed" }`,
    )
    return { disclosure: null, unprotected: '' }
  }
  const from = /T.*(Z|[+-]\d{2}:\d{2})$/.test(written.from!) ? Date.parse(written.from!) : Number.NaN
  if (Number.isNaN(from)) source.fault(['disclosure', 'from'], 'must be an RFC 3339 instant such as 2026-03-01T00:00:00Z')
  const epsilon = fractionOf(written.epsilon!)
  const beta = fractionOf(written.beta!)
  if (epsilon[0] > 4 * epsilon[1]) source.fault(['disclosure', 'epsilon'], 'must be at most 4; more protects nobody')
  if (beta[0] >= beta[1]) source.fault(['disclosure', 'beta'], 'must be below 1')
  return { disclosure: { policy: written.policy!, from, epsilon, group: written.group!, beta }, unprotected: null }
}

function fractionOf(text: string): readonly [number, number] {
  const [numerator, denominator] = text.split('/').map(Number)
  return [numerator!, denominator ?? 1]
}
