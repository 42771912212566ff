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
} as const

export type ProblemKind = keyof typeof KINDS

/** A refusal as RFC 9457 has it. Never holds a value of an event. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly faults: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>
  /** Members of the body that a client of another API looks for. */
  readonly more: Readonly<Record<string, unknown>>

  constructor(
    kind: ProblemKind,
    detail: string,
    options: {
      faults?: readonly Fault[]
      headers?: Record<string, string>
      more?: Readonly<Record<string, unknown>>
      cause?: unknown
    } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.kind = kind
    this.faults = options.faults ?? []
    this.headers = options.headers ?? {}
    this.more = options.more ?? {}
  }

  get status(): number {
    return KINDS[this.kind].status
  }

  /** The body of `application/problem+json`. */
  toBody(): Record<string, unknown> {
    const errors = this.faults.length === 0 ? {} : { errors: this.faults }
    return {
      type: `/problems/${this.kind}`,
      title: KINDS[this.kind].title,
      status: this.status,
      detail: this.message,
      ...errors,
      ...this.more,
    }
  }
}

/** The problem of a request whose parameters are at fault, every one of them. */
export function badParameters(faults: readonly Fault[]): Problem {
  return new Problem('bad-parameters', faults.map((fault) => `${fault.parameter} ${fault.detail}`).join('; '), { faults })
}
