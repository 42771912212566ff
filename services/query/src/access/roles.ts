import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CityError } from '@commonstream/runtime'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'

/** What a request's token says its sender is. Devices speak MQTT; here they are as the public. */
export type Role = 'public' | 'operations' | 'steward' | 'device'

const Tokens = Type.Object({
  operations: Type.String({ minLength: 16 }),
  steward: Type.String({ minLength: 16 }),
  device: Type.String({ minLength: 16 }),
})

/** The tokens of a stack by role; null: none were given out, so nobody has a role. */
export type Tokens = Static<typeof Tokens> | null

/**
 * Reads `tokens.json` of the data folder. A missing file is no fault: the public routes work without.
 * @throws CityError `TOKENS_INVALID`
 */
export function readTokens(file: string): Tokens {
  let tokens: unknown
  try {
    tokens = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new CityError('TOKENS_INVALID', `${file} cannot be read`, { cause: error })
  }
  if (!Value.Check(Tokens, tokens))
    throw new CityError('TOKENS_INVALID', `${file} must have operations, steward and device, each a token of at least 16 characters`)
  return tokens
}

/**
 * The role of an `Authorization` header: `public` without one, null where its token is unknown. Takes the same time
 * whatever the token.
 */
export function roleOf(authorization: string | undefined, tokens: Tokens): Role | null {
  if (authorization === undefined) return 'public'
  const given = digest(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '')
  let role: Role | null = null
  for (const name of ['operations', 'steward', 'device'] as const) {
    if (tokens !== null && timingSafeEqual(given, digest(tokens[name]))) role = name
  }
  return role
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
