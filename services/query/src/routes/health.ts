import type { App, Context } from './context.ts'

/** `/health/live`, `/health/ready` and `/metrics`, as every service has them. */
export function healthRoutes(app: App, { services, telemetry }: Context): void {
  const own = { schema: { hide: true }, config: { rateLimit: false as const } }
  app.get('/health/live', own, () => ({ live: true }))
  app.get('/health/ready', own, async (_request, reply) => {
    const { ready, parts } = await services.own()
    return reply.code(ready ? 200 : 503).send({ service: 'query', ready, parts })
  })
  app.get('/metrics', own, async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await telemetry.expose()))
}
