import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { allowOnly, maySee } from '../access/rights.ts'
import { Problem, badParameters } from '../problem.ts'
import { type AlertFilter, AlertParameters, alertRow, alertsQuestion } from '../questions/alerts.ts'
import { readParameters } from '../questions/parameters.ts'
import { type App, type Context, streamNamed, streamsOf } from './context.ts'
import { AlertsAnswer, PROBLEMS } from './shapes.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const AlertAddress = Type.Object({ id: Type.String({ description: 'Id of an alert.' }) })

const Acknowledgement = Type.Object(
  {
    by: Type.String({ minLength: 1, maxLength: 100, description: 'Who takes care of it.' }),
    note: Type.String({ maxLength: 1_000, default: '' }),
  },
  { additionalProperties: false },
)

/** `GET /v1/alerts` and `POST /v1/alerts/{id}/acknowledgement` */
export function alertsRoutes(app: App, context: Context): void {
  app.get(
    '/v1/alerts',
    {
      schema: {
        summary: 'Alerts, newest first',
        tags: ['alerts'],
        querystring: AlertParameters,
        response: { 200: AlertsAnswer, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { values, faults } = readParameters(AlertParameters, request.query as Record<string, unknown>)
      if (faults.length > 0) throw badParameters(faults)
      const filter = { state: values.state ?? null, limit: values.limit ?? 1_000, id: null }
      void reply.headers({ 'cache-control': request.role === 'public' ? 'public, no-cache' : 'private, no-cache', vary: 'authorization' })
      return context.flights.run(JSON.stringify(['alerts', request.role, values]), async () => ({
        alerts: await readAlerts(context, request, values.stream, filter),
      }))
    },
  )
  app.post<{ Params: { id: string } }>(
    '/v1/alerts/:id/acknowledgement',
    {
      schema: {
        summary: 'Says that somebody takes care of an alert (operations)',
        tags: ['alerts'],
        params: AlertAddress,
        body: Acknowledgement,
        response: { 201: AlertsAnswer.properties.alerts.items, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      allowOnly(request.role, ['operations'], 'Acknowledging')
      const { id } = request.params
      const before = UUID.test(id) ? await readAlerts(context, request, undefined, { state: null, limit: 1, id }) : []
      if (before.length === 0) throw new Problem('not-found', `There is no alert "${id.slice(0, 40)}"`)
      const { values, faults } = readParameters(Acknowledgement, (request.body ?? {}) as Record<string, unknown>)
      if (faults.length > 0) throw badParameters(faults)
      await context.store.insert('acknowledgements', [
        { incident: id, at: storeTime(context.clock.now()), by: values.by, note: values.note ?? '' },
      ])
      const [after] = await readAlerts(context, request, undefined, { state: null, limit: 1, id })
      return reply.code(201).send(after)
    },
  )
}

/** Alerts of the streams whose data a role may see; the public sees those that were judged by what is public. */
async function readAlerts(
  { city, store }: Context,
  request: FastifyRequest,
  name: string | undefined,
  filter: Pick<AlertFilter, 'state' | 'limit' | 'id'>,
): Promise<object[]> {
  const isPublic = request.role !== 'operations' && request.role !== 'steward'
  const streams = streamsOf(city, name).filter((stream) => maySee(stream, request.role))
  const alerts = await store.ask(
    alertsQuestion({ ...filter, streams: streams.map((s) => s.name), internal: request.role === 'operations' }),
  )
  return alerts.map((alert) => alertRow(alert, streamNamed(city, alert.stream), isPublic))
}

/** An instant as DateTime64(3) is written in JSON. */
function storeTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
