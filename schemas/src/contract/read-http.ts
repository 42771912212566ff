import type { Contract } from './contract-schema.ts'
import { durationMs } from './duration.ts'
import type { SourceFile } from './source-file.ts'
import type { HttpSource } from './stream.ts'

/** Where a contract names a value of the environment: nothing else of it may be read. */
export const SECRET = /\{(CITY_SECRET_[A-Z0-9_]{1,64})\}/g

const DEFAULTS = { timeoutMs: 30_000, bytes: 16_777_216 } as const
const LEAST_EVERY_MS = 5_000
const MOST_TIMEOUT_MS = 300_000

/** Headers that the poller writes itself, or that would change what a request is. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'cookie',
  'if-none-match',
  'if-modified-since',
])
const HEADER = /^[A-Za-z0-9-]{1,64}$/
const SECRETIVE = /key|token|secret|auth|passw|signature/i

/** The polled feed of a contract, if it has one; what is wrong with it is reported. */
export function readHttp({ source: { http } }: Contract, source: SourceFile): HttpSource | null {
  if (http === undefined) return null
  const fault = (key: string, message: string) => source.fault(['source', 'http', key], message)
  const ms = (key: 'every' | 'timeout', text: string) => {
    const value = durationMs(text)
    if (value === null) fault(key, `"${text}" is no usable duration; write PT1M`)
    return value ?? 0
  }
  const everyMs = ms('every', http.every)
  const timeoutMs = http.timeout === undefined ? DEFAULTS.timeoutMs : ms('timeout', http.timeout)
  if (everyMs < LEAST_EVERY_MS) fault('every', 'must be at least PT5S: somebody else runs that server')
  if (timeoutMs <= 0 || timeoutMs > MOST_TIMEOUT_MS) fault('timeout', 'must be longer than nothing and at most PT5M')
  const headers = http.headers ?? {}
  checkHeaders(headers, fault)
  checkUrl(http.url, headers, fault)
  return { url: http.url, everyMs, headers, timeoutMs, bytes: http.bytes ?? DEFAULTS.bytes }
}

type Fault = (key: string, message: string) => void

function checkHeaders(headers: Readonly<Record<string, string>>, fault: Fault): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER.test(name) || OURS.has(name.toLowerCase())) fault('headers', `"${name}" is no header that can be set here`)
    if (SECRETIVE.test(name) && !value.match(SECRET))
      fault('headers', `the value of "${name}" is a secret; write {CITY_SECRET_…} and give that variable to the bridge`)
  }
}

function checkUrl(text: string, headers: Readonly<Record<string, string>>, fault: Fault): void {
  const url = URL.parse(text.replaceAll(SECRET, 'x'))
  if (url === null) return fault('url', 'is no URL')
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    fault('url', 'must have neither a user nor a fragment; a secret is {CITY_SECRET_…} in a header or in the query')
  if ((text.split('?')[0] as string).match(SECRET)) fault('url', 'may have {CITY_SECRET_…} behind its question mark only')
  for (const [name, value] of new URLSearchParams(text.split('?').slice(1).join('?'))) {
    if (SECRETIVE.test(name) && !value.match(SECRET)) fault('url', `the value of "${name}" is a secret; write {CITY_SECRET_…}`)
  }
  const secret = [text, ...Object.values(headers)].some((t) => t.match(SECRET))
  if (secret && url.protocol !== 'https:' && !isLocal(url.hostname)) fault('url', 'must be https where a secret goes with it')
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
