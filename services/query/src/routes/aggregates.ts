import type { FastifyReply, FastifyRequest } from 'fastify'
import { limitAggregates } from '../access/limits.ts'
import { allowData } from '../access/rights.ts'
import { badParameters } from '../problem.ts'
import type { StreamVersion } from '../store/stream-version.ts'
import { AggregateParameters, type ParsedAggregates, aggregatesCursor, parseAggregates } from '../questions/aggregates/parse-request.ts'
import type { AggregateRow } from '../questions/aggregates/rows.ts'
import { type AnswerKey, flightKey, isUnchanged } from './conditional.ts'
import { type App, type Context, streamNamed } from './context.ts'
import { readAggregates } from './read-aggregates.ts'
import { sendCsv } from './send-csv.ts'
import { AggregatesAnswer, PROBLEMS, StreamAddress, aggregateColumns } from './shapes.ts'

/** `GET /v1/streams/{stream}/aggregates` */
export function aggregatesRoute(app: App, context: Context): void {
  const schema = {
    summary: 'Figures of a property per step of time, each with its completeness',
    description: 'Every sensor, zone or all of them have a row in every step: zero, unknown and suppressed rows are present.',
    tags: ['data'],
    params: StreamAddress,
    querystring: AggregateParameters,
    response: { 200: AggregatesAnswer, ...PROBLEMS },
  }
  app.get('/v1/streams/:stream/aggregates', { schema }, async (request, reply) => answer(context, request, reply))
}

async function answer(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { clock, flights } = context
  const { stream: name } = request.params as { stream: string }
  const stream = streamNamed(context.city, name)
  allowData(stream, request.role, 'public')
  const now = clock.now()
  const { parsed, faults } = parseAggregates(stream, await context.register.read(stream), request.query as Record<string, unknown>, now)
  if (parsed === null) throw badParameters(faults)
  const { view, range } = parsed.request
  allowData(stream, request.role, view)
  limitAggregates(parsed)
  const version = await context.versions.read(stream, view)
  const { question, after, limit, format } = parsed
  const key: AnswerKey = {
    view,
    question: ['aggregates', question, range, after, limit, format],
    version: version.version,
    now: range.to > now ? now : null,
  }
  if (isUnchanged(request, reply, key)) return reply
  if (format === 'csv')
    return sendCsv(
      reply,
      `${stream.name}-aggregates`,
      aggregateColumns(parsed.request.properties[0]!),
      rowsOf(context, parsed, version, now),
    )
  return flights.run(flightKey(request, key), () => onePage(context, parsed, version, now))
}

async function* rowsOf(
  context: Context,
  { request, after, limit }: ParsedAggregates,
  version: StreamVersion,
  now: number,
): AsyncGenerator<readonly AggregateRow[]> {
  for await (const batch of readAggregates(context, request, version, { now, after, limit })) yield batch.rows
}

async function onePage(context: Context, { request, after, limit, question }: ParsedAggregates, version: StreamVersion, now: number) {
  const rows: AggregateRow[] = []
  let next: string | null = null
  for await (const batch of readAggregates(context, request, version, { now, after, limit })) {
    for (const row of batch.rows) rows.push(row)
    next = batch.next === null ? null : aggregatesCursor(question, batch.next)
  }
  const { stream, properties, every, zone } = request
  return { stream: stream.name, property: properties.map((p) => p.name).join(','), every: every.name, tz: zone, rows, next }
}
