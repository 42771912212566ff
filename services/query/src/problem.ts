import { HttpProblem, type ProblemKinds, type ProblemOptions } from '@commonstream/runtime'
import type { Fault } from './questions/fault.ts'

/** What kinds of problem there are, with what a client shows. `about:blank` would say no more than the status. */
const KINDS = {
  'bad-parameters': { status: 400, title: 'The parameters are not usable' },
  'too-much': { status: 400, title: 'The question asks for too much at once' },
  'bad-request': { status: 400, title: 'The request is not usable' },
  unauthenticated: { status: 401, title: 'A token is needed, and this is none' },
  forbidden: { status: 403, title: 'This role may not see this' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'bad-version': { status: 422, title: 'The version is none' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The service is at fault' },
  'store-away': { status: 503, title: 'The store does not answer' },
} as const satisfies ProblemKinds

export type ProblemKind = keyof typeof KINDS

/** A refusal or fault of a request. */
export class Problem extends HttpProblem {
  /** @param options `faults` are told as `errors` */
  constructor(kind: ProblemKind, detail: string, { faults = [], ...options }: ProblemOptions & { faults?: readonly Fault[] } = {}) {
    super(kind, KINDS[kind], detail, faults.length === 0 ? options : { ...options, more: { errors: faults, ...options.more } })
  }
}

/** The problem of a request whose parameters are at fault, every one of them. */
export function badParameters(faults: readonly Fault[]): Problem {
  return new Problem('bad-parameters', faults.map((fault) => `${fault.parameter} ${fault.detail}`).join('; '), { faults })
}
