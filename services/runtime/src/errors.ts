/**
 * The three sorts of fault (docs/architecture.md): an event's fault is a value and never thrown;
 * `world` is retried with back-off and then ends the process; `ours` ends it at once.
 */
export type FaultSort = 'world' | 'ours'

/** An error with a stable code for operators, and whether trying again can help. */
export class CityError extends Error {
  readonly code: string
  readonly sort: FaultSort

  constructor(code: string, message: string, options: { sort?: FaultSort; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CityError'
    this.code = code
    this.sort = options.sort ?? 'ours'
  }

  get retriable(): boolean {
    return this.sort === 'world'
  }
}

/** The message of anything that was thrown, with its causes, on one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = error.message || error.name
  return error.cause === undefined ? text : `${text} (${reasonOf(error.cause)})`
}
