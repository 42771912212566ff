import type { Stream } from '@commonstream/schemas'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { INTERNAL_MS, allowData } from '../access/rights.ts'
import { badParameters } from '../problem.ts'
import type { View } from '../questions/aggregates/request.ts'
import { type LatestRow, latestRows } from '../questions/latest.ts'
import { newestEventsQuestion, newestPartialsQuestion, newestReleasesQuestion } from '../questions/newest.ts'
import { readParameters } from '../questions/parameters.ts'
import { sensorFeature } from '../questions/sensors.ts'
import { type AnswerKey, flightKey, isUnchanged } from './conditional.ts'
import { type App, type Context, registerOf, streamNamed } from './context.ts'
import { LatestAnswer, PROBLEMS, SensorsAnswer, StreamAddress } from './shapes.ts'
import { Slots, slotOf } from './slots.ts'

const Parameters = Type.Object(
  {
    view: Type.Enum(['public', 'internal'], {
      default: 'public',
      description: 'internal: for operations; of protected streams the newest window with events of the last 24 hours.',
    }),
  },
  { additionalProperties: false },
)

/** `GET /v1/streams/{stream}/latest` and `…/sensors` */
export function latestRoutes(app: App, context: Context): void {
  const slots = new Slots()
  const schema = { tags: ['data'], params: StreamAddress, querystring: Parameters }
  app.get(
    '/v1/streams/:stream/latest',
    {
      schema: {
        ...schema,
        summary: 'The newest event of every sensor; of a protected stream its newest release',
        response: { 200: LatestAnswer, ...PROBLEMS },
      },
    },
    (request, reply) => answer(context, slots, request, reply, (stream, rows) => ({ stream: stream.name, rows })),
  )
  app.get(
    '/v1/streams/:stream/sensors',
    {
      schema: {
        ...schema,
        summary: 'The registered sensors as GeoJSON, with status and newest value',
        response: { 200: SensorsAnswer, ...PROBLEMS },
      },
    },
    (request, reply) => {
      void reply.type('application/geo+json')
      return answer(context, slots, request, reply, (stream, rows, now) => {
        const latest = new Map(rows.map((row) => [row.sensor, row]))
        const features = stream.sensors.map((sensor) => sensorFeature(stream, sensor, latest.get(sensor.id)!, now))
        return { type: 'FeatureCollection', stream: stream.name, features }
      })
    },
  )
}

type Make = (stream: Stream, rows: readonly LatestRow[], now: number) => unknown

async function answer(context: Context, slots: Slots, request: FastifyRequest, reply: FastifyReply, make: Make): Promise<unknown> {
  const { clock, flights } = context
  const stream = streamNamed(context.city, (request.params as { stream: string }).stream)
  allowData(stream, request.role, 'public')
  const { values, faults } = readParameters(Parameters, request.query as Record<string, unknown>)
  if (faults.length > 0) throw badParameters(faults)
  const { view = 'public' } = values
  allowData(stream, request.role, view)
  const now = clock.now()
  const slot = view === 'public' ? slotOf(stream, now) : null
  const version = slot === null ? (await context.versions.read(stream, view)).version : String(slot)
  const key: AnswerKey = { view, question: [request.routeOptions.url, stream.name], version, now: slot ?? now }
  if (isUnchanged(request, reply, key)) return reply
  return flights.run(flightKey(request, key), async () => {
    const rows = slot === null ? await readLatest(context, stream, view, now) : await slots.read(context, stream, slot)
    return make(stream, rows, slot ?? now)
  })
}

async function readLatest({ store }: Context, stream: Stream, view: View, now: number): Promise<LatestRow[]> {
  const question =
    stream.disclosure === null
      ? newestEventsQuestion(stream)
      : view === 'public'
        ? newestReleasesQuestion(stream)
        : newestPartialsQuestion(stream, now - INTERNAL_MS)
  const [register, newest] = await Promise.all([registerOf(store, stream), store.ask(question)])
  return latestRows(stream, register, newest, now)
}
