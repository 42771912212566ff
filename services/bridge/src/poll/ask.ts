import type { Answer, Validators } from './answer.ts'
import { redirected } from './redirected.ts'
import { retryAfterMs } from './retry-after.ts'

const MOST_REDIRECTS = 5
const LONGEST_VALIDATOR = 1_024
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const AGENT = 'commonstream-bridge'

export interface Request {
  readonly url: URL
  /** The contract's; they stay with the host that they were meant for. */
  readonly headers: Readonly<Record<string, string>>
  readonly validators: Validators
  readonly timeoutMs: number
  /** Longest body, unpacked. */
  readonly mostBytes: number
  /** Whether a host may be asked, for redirects. */
  readonly mayAsk: (url: URL) => boolean
  /** The machine's time (epoch ms), for dates in answers. */
  readonly real: () => number
  readonly signal: AbortSignal
}

/**
 * Asks a feed, if it has changed since `validators`. Bounded in time, size and redirects. Never throws for what a server
 * or the network does, and no reason quotes an address: it may hold a secret.
 */
export async function ask(o: Request): Promise<Answer> {
  const signal = AbortSignal.any([o.signal, AbortSignal.timeout(o.timeoutMs)])
  try {
    let { url } = o
    for (let hops = 0; ; hops++) {
      const headers = { ...conditions(o.validators), ...(url.host === o.url.host && o.headers), 'user-agent': AGENT, accept: '*/*' }
      const response = await fetch(url, { headers, redirect: 'manual', signal })
      if (!REDIRECTS.has(response.status)) return await answerOf(response, o)
      await response.body?.cancel()
      const next =
        hops === MOST_REDIRECTS ? `more than ${MOST_REDIRECTS} redirects` : redirected(url, response.headers.get('location'), o.mayAsk)
      if (typeof next === 'string') return failed(next)
      url = next
    }
  } catch (error) {
    return failed(reasonOf(error, o.timeoutMs))
  }
}

async function answerOf(response: Response, o: Request): Promise<Answer> {
  const { status, headers } = response
  const asked = o.validators.etag !== null || o.validators.lastModified !== null
  if (status === 200) return await bodyOf(response, o.mostBytes)
  await response.body?.cancel()
  if (status === 304 && asked) return { kind: 'unmodified' }
  return failed(`HTTP status ${status}`, retryAfterMs(headers.get('retry-after'), o.real()))
}

async function bodyOf(response: Response, most: number): Promise<Answer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    // Leaving the loop ends the transfer.
    if (length > most) return { kind: 'too_large', length }
    chunks.push(chunk)
  }
  const text = (name: string) => {
    const value = response.headers.get(name)
    return value === null || value.length > LONGEST_VALIDATOR ? null : value
  }
  const validators = { etag: text('etag'), lastModified: text('last-modified') }
  return { kind: 'body', bytes: Buffer.concat(chunks), type: response.headers.get('content-type') ?? '', validators }
}

function conditions({ etag, lastModified }: Validators): Record<string, string> {
  return { ...(etag !== null && { 'if-none-match': etag }), ...(lastModified !== null && { 'if-modified-since': lastModified }) }
}

function failed(reason: string, retryAfter: number | null = null): Answer {
  return { kind: 'failed', reason, retryAfterMs: retryAfter }
}

/** Why a request came to nothing. Messages of the library may quote addresses and headers; codes do not. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'the request failed'
  if (error.name === 'TimeoutError') return `no whole answer within ${timeoutMs} ms`
  const { code } = (error.cause ?? error) as { code?: unknown }
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : 'the request failed'
}
