import swagger from '@fastify/swagger'
import { asyncApiOf } from '@commonstream/schemas'
import type { App, Context } from './context.ts'

/**
 * `/openapi.json`, derived from the routes' own schemas, and `/asyncapi.json`, from the contracts. Must be registered
 * before the routes that it describes.
 */
export async function describe(app: App, { city }: Context): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `${city.name}: sensor data`,
        description:
          'What the city’s sensors say, as aggregates with their completeness. What is public of protected streams is made of releases only.',
        version: '1.0.0',
        contact: { name: city.publisher.name },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'operations or steward; public routes need none.' } },
      },
    },
  })
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    void reply.header('cache-control', 'public, max-age=60')
    return app.swagger()
  })
  const asyncApi = JSON.stringify(asyncApiOf(city))
  app.get('/asyncapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'public, max-age=60').type('application/json; charset=utf-8').send(asyncApi),
  )
}
