import Type from 'typebox'
import { Problem } from '../problem.ts'
import type { App, Context } from './context.ts'
import { PROBLEMS } from './shapes.ts'

/** `GET /schemas/ids/{id}`: the Confluent registry's read API, so that any consumer can decode the topics. */
export function schemasRoute(app: App, { city }: Context): void {
  const schemas = new Map<number, object>()
  for (const { schemaId, avro } of city.topics.values()) schemas.set(schemaId, avro)
  for (const stream of city.streams) for (const [id, avro] of stream.versions) schemas.set(id, avro)
  const params = Type.Object({ id: Type.Integer({ description: 'Schema id of a record.' }) })
  const answer = Type.Object({ schema: Type.String({ description: 'Avro, as JSON text.' }), schemaType: Type.String() })
  app.get<{ Params: { id: string } }>(
    '/schemas/ids/:id',
    { schema: { summary: 'An Avro schema by its id', tags: ['catalogue'], params, response: { 200: answer, ...PROBLEMS } } },
    (request, reply) => {
      const { id } = request.params
      const avro = /^\d{1,9}$/.test(id) ? schemas.get(Number(id)) : undefined
      if (avro === undefined) throw new Problem('not-found', `There is no schema with id ${id.slice(0, 20)}`)
      // An id never changes its meaning.
      void reply.header('cache-control', 'public, max-age=86400')
      return { schema: JSON.stringify(avro), schemaType: 'AVRO' }
    },
  )
}
