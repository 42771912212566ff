import { createHmac, timingSafeEqual } from 'node:crypto'

/** Who a client proved to be. `user` is null where nobody has to prove anything: any client is a gateway. */
export type Login = { readonly user: string | null } | 'no_credentials' | 'wrong'

/** Judges a CONNECT's credentials. */
export type Authenticate = (username: string | undefined, password: Buffer | undefined) => Login

/** Everybody may speak for every sensor: for a stack on loopback. */
export const open: Authenticate = () => ({ user: null })

/**
 * A client is the sensor or gateway that its user name says if its password is HMAC-SHA-256(secret, user name) in hex,
 * lower case.
 */
export function byToken(secret: string): Authenticate {
  return (username, password) => {
    if (username === undefined || username === '' || password === undefined) return 'no_credentials'
    const wanted = Buffer.from(createHmac('sha256', secret).update(username).digest('hex'))
    return password.length === wanted.length && timingSafeEqual(password, wanted) ? { user: username } : 'wrong'
  }
}
