import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { StoreError } from './store-error.ts'

export interface Credentials {
  readonly user: string
  readonly password: string
}

/** The user and password of a request: header pair, Basic, or the URL's parameters; the default user without. */
export function credentialsOf(headers: IncomingHttpHeaders, url: URLSearchParams): Credentials {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1]
  const [user, password] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(/:(.*)/s)
  return {
    user: textOf(headers, 'x-clickhouse-user') ?? user ?? url.get('user') ?? 'default',
    password: textOf(headers, 'x-clickhouse-key') ?? password ?? url.get('password') ?? '',
  }
}

/** @throws StoreError when user or password differ, in a time that does not tell how much of them was right */
export function checkCredentials(given: Credentials, wanted: Credentials): void {
  if (same(given.user, wanted.user) && same(given.password, wanted.password)) return
  throw new StoreError(
    516,
    'AUTHENTICATION_FAILED',
    `${given.user}: Authentication failed: password is incorrect, or there is no user with such name.`,
  )
}

/**
 * Refuses what a web page could make a browser send to a store on loopback: requests with an origin, or for a host
 * name that merely points here.
 * @throws StoreError
 */
export function checkCaller(headers: IncomingHttpHeaders): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  if (headers.origin !== undefined || !['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
    throw new StoreError(497, 'ACCESS_DENIED', 'The embedded store answers programs on this machine, not browsers.')
  }
}

/** A header that stands once; undefined otherwise. */
export function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
