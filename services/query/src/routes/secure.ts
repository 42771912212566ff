import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { roleOf } from '../access/roles.ts'
import { Problem } from '../problem.ts'
import type { App, Context } from './context.ts'

const HEADERS = {
  // The page is built without anything inline: scripts, styles and pictures come from this origin's files only.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** Who asks, how often they may, and what browsers may do with the answers. */
export async function secure(app: App, { tokens, ratePerMinute }: Context): Promise<void> {
  app.decorateRequest('role', 'public')
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(HEADERS)
    const role = roleOf(request.headers.authorization, tokens)
    if (role === null)
      throw new Problem('unauthenticated', 'The token is not known', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
    request.role = role
  })
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD'],
    allowedHeaders: ['authorization', 'if-none-match'],
    exposedHeaders: ['etag', 'retry-after'],
    maxAge: 86_400,
  })
  await app.register(rateLimit, {
    max: ratePerMinute,
    timeWindow: 60_000,
    keyGenerator: keyOf,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new Problem('too-many-requests', `More than ${max} requests in a minute; go on in ${Math.ceil(ttl / 1_000)} s`, {
        headers: { 'retry-after': String(Math.ceil(ttl / 1_000)) },
      }),
  })
}

/** A role's token is one key wherever it comes from; the public is counted by address. */
function keyOf(request: FastifyRequest): string {
  return request.role === 'public' ? request.ip : request.role
}
