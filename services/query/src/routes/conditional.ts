import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { View } from '../questions/aggregates/request.ts'

/** What an answer depends on: the question, the version read before it, and the present where it matters. */
export interface AnswerKey {
  readonly view: View
  readonly question: readonly unknown[]
  readonly version: string
  /** The city's present if the answer depends on it; it then counts by the minute. */
  readonly now: number | null
}

const MINUTE_MS = 60_000

/** The key of an answer in caches and among questions in flight: role and view are part of every one. */
export function flightKey(request: FastifyRequest, key: AnswerKey): string {
  const minute = key.now === null ? null : Math.floor(key.now / MINUTE_MS)
  return JSON.stringify([request.role, key.view, key.question, key.version, minute])
}

/**
 * Sets ETag and caching of an answer, and tells whether the client has it already (304 is then sent). The ETag is
 * weak: data may be a flush newer than the version it was taken from, never older.
 */
export function isUnchanged(request: FastifyRequest, reply: FastifyReply, key: AnswerKey): boolean {
  const etag = `W/"${createHash('sha256').update(flightKey(request, key)).digest('base64url').slice(0, 22)}"`
  const isPublic = request.role === 'public'
  void reply.headers({ etag, 'cache-control': isPublic ? 'public, no-cache' : 'private, no-cache', vary: 'authorization' })
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim())
  if (!known.includes(etag) && !known.includes('*')) return false
  void reply.code(304).send()
  return true
}
