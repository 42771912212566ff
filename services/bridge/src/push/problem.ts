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
} as const

export type ProblemKind = keyof typeof KINDS

/** An answer of RFC 9457. Holds no value of a reading. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly more: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(kind: ProblemKind, detail: string, o: { more?: Record<string, unknown>; headers?: Record<string, string> } = {}) {
    super(detail)
    this.name = 'Problem'
    this.kind = kind
    this.more = o.more ?? {}
    this.headers = o.headers ?? {}
  }

  get status(): number {
    return KINDS[this.kind].status
  }

  /** The body of `application/problem+json`. */
  toBody(): Record<string, unknown> {
    const { title, status } = KINDS[this.kind]
    return { type: `/problems/${this.kind}`, title, status, detail: this.message, ...this.more }
  }
}
