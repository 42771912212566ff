import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { INTERNAL_MS, allowData, allowOnly, readingsArePublic } from '../access/rights.ts'
import { badParameters } from '../problem.ts'
import {
  ReadingParameters,
  type ReadingsRequest,
  parseReadings,
  readingRow,
  readingsCursor,
  readingsQuestion,
} from '../questions/readings.ts'
import { type AnswerKey, flightKey, isUnchanged } from './conditional.ts'
import { type App, type Context, streamNamed } from './context.ts'
import { sendCsv } from './send-csv.ts'
import { PROBLEMS, StreamAddress, nullable } from './shapes.ts'

const Answer = Type.Object({
  stream: Type.String(),
  rows: Type.Array(
    Type.Unsafe<unknown>({
      type: 'object',
      additionalProperties: true,
      description: 'sensor, at, clamped and the properties in declared units.',
    }),
  ),
  next: nullable('string', 'Cursor of the next page.'),
})

/** Rows that are read at once for an export. */
const BATCH = 10_000

/** `GET /v1/streams/{stream}/readings` */
export function readingsRoute(app: App, context: Context): void {
  const schema = {
    summary: 'Single readings, where access allows',
    description: 'Of protected and personal streams they are for operations (view=internal), of protected ones the last 24 hours.',
    tags: ['data'],
    params: StreamAddress,
    querystring: ReadingParameters,
    response: { 200: Answer, ...PROBLEMS },
  }
  app.get('/v1/streams/:stream/readings', { schema }, (request, reply) => answer(context, request, reply))
}

async function answer(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { clock, flights } = context
  const stream = streamNamed(context.city, (request.params as { stream: string }).stream)
  allowData(stream, request.role, 'public')
  if (!readingsArePublic(stream)) allowOnly(request.role, ['operations'], `Single readings of ${stream.name}, with view=internal,`)
  const now = clock.now()
  const { request: asked, faults } = parseReadings(
    stream,
    await context.register.read(stream),
    request.query as Record<string, unknown>,
    now,
  )
  if (asked === null) throw badParameters(faults)
  allowData(stream, request.role, asked.view)
  if (!readingsArePublic(stream) && asked.view !== 'internal')
    throw badParameters([{ parameter: 'view', detail: 'must be internal: these readings are not public' }])
  const { version } = await context.versions.read(stream, 'internal')
  const key: AnswerKey = {
    view: asked.view,
    question: [asked.question, asked.range, asked.after, asked.limit, asked.format],
    version,
    now: stream.disclosure === null ? null : now,
  }
  if (isUnchanged(request, reply, key)) return reply
  const seen =
    stream.disclosure === null ? asked : { ...asked, range: { ...asked.range, from: Math.max(asked.range.from, now - INTERNAL_MS) } }
  if (asked.format === 'csv')
    return sendCsv(
      reply,
      `${stream.name}-readings`,
      ['sensor', 'at', 'clamped', ...stream.properties.map((p) => p.name)],
      batches(context, seen),
    )
  return flights.run(flightKey(request, key), () => onePage(context, seen, asked.limit ?? BATCH))
}

async function onePage({ store }: Context, asked: ReadingsRequest, limit: number) {
  const found = await store.ask(readingsQuestion(asked, asked.after, limit + 1))
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const next = found.length > limit && last !== undefined ? readingsCursor(asked.question, last.place) : null
  return { stream: asked.stream.name, rows: shown.map((reading) => readingRow(asked.stream, reading)), next }
}

async function* batches({ store }: Context, asked: ReadingsRequest): AsyncGenerator<object[]> {
  let left = asked.limit ?? Number.POSITIVE_INFINITY
  for (let after = asked.after; left > 0; ) {
    const found = await store.ask(readingsQuestion(asked, after, Math.min(left, BATCH)))
    yield found.map((reading) => readingRow(asked.stream, reading))
    if (found.length < Math.min(left, BATCH)) return
    left -= found.length
    after = found.at(-1)!.place
  }
}
