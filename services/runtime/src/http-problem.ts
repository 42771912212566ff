/** What sorts of problem an API has, by the last part of their `type`. */
export type ProblemKinds = Readonly<Record<string, { readonly status: number; readonly title: string }>>

/** Beside its sort and its detail. */
export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the body. */
  readonly more?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** A refusal as RFC 9457 has it. Never holds a value of an event. */
export class HttpProblem extends Error {
  readonly kind: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly #title: string
  readonly #more: Readonly<Record<string, unknown>>

  constructor(kind: string, { status, title }: ProblemKinds[string], detail: string, o: ProblemOptions = {}) {
    super(detail, o.cause === undefined ? undefined : { cause: o.cause })
    this.name = 'HttpProblem'
    this.kind = kind
    this.status = status
    this.headers = o.headers ?? {}
    this.#title = title
    this.#more = o.more ?? {}
  }

  /** The body of `application/problem+json`. */
  toBody(): Record<string, unknown> {
    return { type: `/problems/${this.kind}`, title: this.#title, status: this.status, detail: this.message, ...this.#more }
  }
}
