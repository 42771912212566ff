import type { Stream } from '@commonstream/schemas'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { INTERNAL_MS, allowData } from '../access/rights.ts'
import { badParameters } from '../problem.ts'
import { inService } from '../questions/aggregates/groups.ts'
import type { View } from '../questions/aggregates/request.ts'
import { type HasDetails, readDetails } from '../questions/details.ts'
import type { Fault } from '../questions/fault.ts'
import { type Latest, latestRows } from '../questions/latest.ts'
import { newestEventsQuestion, newestPartialsQuestion, newestReleasesQuestion } from '../questions/newest.ts'
import { readInstant, readParameters } from '../questions/parameters.ts'
import { sensorAt } from '../questions/register.ts'
import { sensorFeature } from '../questions/sensors.ts'
import { type AnswerKey, flightKey, isUnchanged } from './conditional.ts'
import { type App, type Context, streamNamed } from './context.ts'
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

const SensorParameters = Type.Object(
  {
    ...Parameters.properties,
    at: Type.Optional(Type.String({ description: 'The register as it was at an instant; RFC 3339 with offset.', maxLength: 40 })),
    details: Type.Optional(
      Type.String({
        description:
          'Only sensors with these details, separated by commas: `disability` (there, and not false), `time_limit:60` (of this value).',
        maxLength: 400,
      }),
    ),
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
    (request, reply) => answer(context, slots, request, reply, (stream, { rows }) => ({ stream: stream.name, rows })),
  )
  const dated = { ...schema, querystring: SensorParameters }
  app.get(
    '/v1/streams/:stream/sensors',
    {
      schema: {
        ...dated,
        summary: 'The registered sensors as GeoJSON, with status and newest value',
        description: 'With `at` as they were then: places, names and zones of that time, and no values.',
        response: { 200: SensorsAnswer, ...PROBLEMS },
      },
    },
    (request, reply) => {
      void reply.type('application/geo+json')
      return answer(context, slots, request, reply, (stream, { rows, sensors }, at, has) => {
        const latest = new Map(rows.map((row) => [row.sensor, row]))
        const registered = new Set(stream.sensors.map((sensor) => sensor.id))
        const features = sensors
          .filter((sensor) => (sensor.left === true || registered.has(sensor.id)) && has(sensorAt(sensor, at)))
          .map((sensor) => sensorFeature(stream, sensor, latest.get(sensor.id)!, at))
        return { type: 'FeatureCollection', stream: stream.name, features }
      })
    },
  )
}

type Make = (stream: Stream, latest: Latest, at: number, has: HasDetails) => unknown

async function answer(context: Context, slots: Slots, request: FastifyRequest, reply: FastifyReply, make: Make): Promise<unknown> {
  const { clock, flights } = context
  const stream = streamNamed(context.city, (request.params as { stream: string }).stream)
  allowData(stream, request.role, 'public')
  const schema = request.routeOptions.url?.endsWith('/sensors') === true ? SensorParameters : Parameters
  const { values, faults } = readParameters(schema, request.query as Record<string, unknown>)
  const { at, details = '' } = values as { at?: string; details?: string }
  const then = instantOrNull(at)
  const asked = readDetails(details, details === '' ? [] : await context.register.read(stream))
  if (faults.length > 0 || 'fault' in then || 'fault' in asked)
    throw badParameters([...faults, ...[then, asked].flatMap((one) => ('fault' in one ? [one.fault] : []))])
  const { view = 'public' } = values
  allowData(stream, request.role, view)
  const now = clock.now()
  const past = then.value
  const slot = view === 'public' && past === null ? slotOf(stream, now) : null
  const version = slot === null ? (await context.versions.read(stream, view)).version : String(slot)
  const key: AnswerKey = { view, question: [request.routeOptions.url, stream.name, past, details], version, now: slot ?? now }
  if (isUnchanged(request, reply, key)) return reply
  return flights.run(flightKey(request, key), async () => {
    if (past !== null) return make(stream, await readPast(context, stream, past), past, asked.value)
    const latest = slot === null ? await readLatest(context, stream, view, now) : await slots.read(context, stream, slot)
    return make(stream, latest, slot ?? now, asked.value)
  })
}

function instantOrNull(text: string | undefined): { value: number | null } | { fault: Fault } {
  return text === undefined ? { value: null } : readInstant('at', text)
}

async function readLatest({ store, register }: Context, stream: Stream, view: View, now: number): Promise<Latest> {
  const question =
    stream.disclosure === null
      ? newestEventsQuestion(stream)
      : view === 'public'
        ? newestReleasesQuestion(stream)
        : newestPartialsQuestion(stream, now - INTERNAL_MS)
  const [sensors, newest] = await Promise.all([register.read(stream), store.ask(question)])
  const present = sensors.filter((sensor) => !sensor.left)
  return { rows: latestRows(stream, present, newest, now), sensors: present }
}

/** The sensors that were in service at an instant; what they said last is of another time. */
async function readPast({ register }: Context, stream: Stream, at: number): Promise<Latest> {
  const sensors = (await register.read(stream)).filter((sensor) => inService(sensor, at, at + 1, stream.time.zone))
  return { rows: latestRows(stream, sensors, [], at), sensors }
}
