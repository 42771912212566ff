import type { Fault, Outcome } from './held.ts'

/** How long an answer may take before it counts as none. */
const LIMIT_MS = 10_000

export interface Question<T> {
  /** Path and query under this origin. */
  readonly url: string
  readonly token: string | null
  /** Questions of one place ask the same of another time: until a new one is answered, the answer of the one before stands. */
  readonly place?: string
  /** Checks the parsed answer; throws where it is not what this page understands. */
  readonly read: (answer: unknown) => T
}

/**
 * Asks once. With an `etag` an unchanged answer comes back as `same`, without a body. Faults are values: this never
 * rejects, except when `signal` aborts.
 */
export async function ask<T>(
  question: Question<T>,
  o: { etag: string | null; signal: AbortSignal; fetch: typeof fetch },
): Promise<Outcome<T>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (o.etag !== null) headers['if-none-match'] = o.etag
  if (question.token !== null) headers['authorization'] = `Bearer ${question.token}`
  try {
    const response = await o.fetch(question.url, {
      headers,
      cache: 'no-store',
      signal: AbortSignal.any([o.signal, AbortSignal.timeout(LIMIT_MS)]),
    })
    if (response.status === 304) return { kind: 'same' }
    if (!response.ok) return { kind: 'fault', fault: await refusal(response) }
    return read(question, await response.json(), response.headers.get('etag'))
  } catch (error) {
    if (o.signal.aborted) throw error
    return { kind: 'fault', fault: { sort: 'network', status: null, reason: reasonOf(error), waitMs: null } }
  }
}

function read<T>(question: Question<T>, answer: unknown, etag: string | null): Outcome<T> {
  try {
    return { kind: 'fresh', value: question.read(answer), etag }
  } catch (error) {
    return { kind: 'fault', fault: { sort: 'shape', status: 200, reason: `${question.url}: ${reasonOf(error)}`, waitMs: null } }
  }
}

/** The fault that a refusing answer tells, from its problem details (RFC 9457) where it has them. */
async function refusal(response: Response): Promise<Fault> {
  const text = await response.text()
  const wait = Number(response.headers.get('retry-after'))
  return {
    sort: 'status',
    status: response.status,
    reason: problemOf(text) ?? response.statusText,
    waitMs: Number.isFinite(wait) && wait > 0 ? wait * 1000 : null,
  }
}

function problemOf(text: string): string | null {
  let problem: { detail?: unknown; title?: unknown }
  try {
    problem = JSON.parse(text) as typeof problem
  } catch {
    // Not problem details (a proxy's own page, say): the status line has to do.
    return null
  }
  const words = problem?.detail ?? problem?.title
  return typeof words === 'string' ? words : null
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
