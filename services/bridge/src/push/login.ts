import type { Authenticate } from '../listen/authenticate.ts'
import { Problem } from './problem.ts'

const CHALLENGE = { 'www-authenticate': 'Basic realm="readings", charset="UTF-8"' }

/**
 * Who POSTs, by HTTP's Basic authentication: user name and password are those of MQTT. Null where anybody may speak for
 * every sensor.
 * @throws Problem `unauthenticated`
 */
export function loginOf(header: string | undefined, authenticate: Authenticate): string | null {
  const [username, password] = credentialsOf(header)
  const login = authenticate(username, password)
  if (login === 'no_credentials')
    throw new Problem('unauthenticated', 'name a sensor or gateway and its password (Basic)', { headers: CHALLENGE })
  if (login === 'wrong') throw new Problem('unauthenticated', 'the password is not that of this sensor or gateway', { headers: CHALLENGE })
  return login.user
}

function credentialsOf(header: string | undefined): [username?: string, password?: Buffer] {
  const [, base64] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? '') ?? []
  if (base64 === undefined) return []
  const text = Buffer.from(base64, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? [] : [text.slice(0, colon), Buffer.from(text.slice(colon + 1))]
}
