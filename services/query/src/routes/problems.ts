import { reasonOf } from '@commonstream/runtime'
import type { FastifyError } from 'fastify'
import { Problem } from '../problem.ts'
import type { App } from './context.ts'

/** Every refusal and fault leaves as `application/problem+json` (RFC 9457). */
export function answerProblems(app: App): void {
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = error instanceof Problem ? error : problemOf(error)
    if (problem.status >= 500)
      request.log.error(
        { route: request.routeOptions.url, reason: reasonOf(problem), stack: problem.status === 500 ? error.stack : undefined },
        'request failed',
      )
    // What was set for the good answer does not hold for this one.
    for (const header of ['etag', 'content-disposition']) reply.removeHeader(header)
    return reply
      .code(problem.status)
      .headers({ 'cache-control': 'no-store', ...problem.headers })
      .type('application/problem+json')
      .send(JSON.stringify(problem.toBody()))
  })
  app.setNotFoundHandler((request) => {
    throw new Problem('not-found', `${request.method} ${request.url.split('?')[0]} is not part of this API; /openapi.json describes it`)
  })
}

function problemOf(error: FastifyError): Problem {
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500) return new Problem('bad-request', error.message, { cause: error })
  return new Problem('internal', 'The fault is logged', { cause: error })
}
