import { isIP } from 'node:net'
import { isLoopback } from '../loopback.ts'

/**
 * Where a redirect leads, or why it is not followed: never to an address that may not be asked, from https to http, nor
 * from one host to another one that is a bare number or this machine, which no public feed has business with.
 */
export function redirected(from: URL, location: string | null, mayAsk: (url: URL) => boolean): URL | string {
  const to = location === null ? null : URL.parse(location, from.href)
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:')) return 'a redirect to nowhere'
  if (from.protocol === 'https:' && to.protocol !== 'https:') return 'a redirect from https to http'
  if (!mayAsk(to)) return 'a redirect to a host that may not be asked'
  const bare = to.hostname.replace(/^\[|\]$/g, '')
  if (to.hostname !== from.hostname && !isLoopback(from.hostname) && (isIP(bare) !== 0 || isLoopback(to.hostname)))
    return 'a redirect into a private place'
  to.hash = ''
  return to
}
