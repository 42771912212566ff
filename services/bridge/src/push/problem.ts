import { HttpProblem, type ProblemKinds, type ProblemOptions } from '@commonstream/runtime'
import type { Reason } from '@commonstream/schemas'

/** A reading that was refused, as a problem's `errors` list it. `reading` counts from 1. */
export interface RefusedItem {
  readonly reading: number
  readonly reason: Reason
  readonly detail: string
}

/** What kinds of problem there are, with what a platform shows. */
const KINDS = {
  'not-found': { status: 404, title: 'There is nothing at this address' },
  unauthenticated: { status: 401, title: 'A sensor or gateway must say who it is' },
  forbidden: { status: 403, title: 'This may not be published' },
  'unsupported-media-type': { status: 415, title: 'The body is of no usable type' },
  'too-large': { status: 413, title: 'The body is too large' },
  'bad-request': { status: 400, title: 'The request is not usable' },
  'readings-refused': { status: 422, title: 'Readings were refused' },
  internal: { status: 500, title: 'The service is at fault' },
  'not-acknowledged': { status: 503, title: 'The readings are not safe yet' },
} as const satisfies ProblemKinds

export type ProblemKind = keyof typeof KINDS

/** A refusal of a POST. */
export class Problem extends HttpProblem {
  constructor(kind: ProblemKind, detail: string, options?: ProblemOptions) {
    super(kind, KINDS[kind], detail, options)
  }
}
