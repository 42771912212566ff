import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { writeSecret } from './write-secret.ts'

/** The keys of the embedded stack, one per role. */
export interface Tokens {
  readonly operations: string
  readonly steward: string
  readonly device: string
}

const TOKEN_BYTES = 32

/** Reads `tokens.json` of a state folder, readable by its owner alone; makes it at the first start. */
export function tokensOf(dir: string, random: (bytes: number) => Buffer = randomBytes): Tokens {
  const file = path.join(dir, 'tokens.json')
  if (!existsSync(file)) {
    const token = () => random(TOKEN_BYTES).toString('base64url')
    writeSecret(file, `${JSON.stringify({ operations: token(), steward: token(), device: token() }, null, 2)}\n`)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Tokens
}
