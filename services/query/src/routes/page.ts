import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import { Problem } from '../problem.ts'
import type { App, Context } from './context.ts'

/** The page at `/`: files that Vite built; nothing else of the machine can be reached. */
export async function pageRoutes(app: App, { page, log }: Context): Promise<void> {
  if (page !== null && existsSync(page)) {
    await app.register(fastifyStatic, {
      root: page,
      dotfiles: 'deny',
      index: 'index.html',
      cacheControl: false,
      setHeaders: (reply, file) => reply.header('cache-control', cachingOf(file)),
    })
    return
  }
  log.warn({ page }, 'the page is not built; the API works without it')
  app.get('/', { schema: { hide: true } }, () => {
    throw new Problem('not-found', 'The page is not built; /v1/streams and /openapi.json are there')
  })
}

/** Vite names assets by their content. */
function cachingOf(file: string): string {
  return /[\\/]assets[\\/]/.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache'
}
