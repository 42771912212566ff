import type { App, Context } from './context.ts'

/** Counts and times requests by route, method and status. */
export function measure(app: App, { telemetry }: Context): void {
  const seconds = telemetry.meter.createHistogram('city_query_request_seconds', { description: 'Time of HTTP requests' })
  app.addHook('onResponse', async (request, reply) => {
    seconds.record(reply.elapsedTime / 1_000, {
      route: request.routeOptions.url ?? 'none',
      method: request.method,
      status: reply.statusCode,
    })
  })
}
