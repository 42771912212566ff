import type { Stream } from '@commonstream/schemas'
import Type from 'typebox'
import { Problem } from '../problem.ts'
import { approvalAnswer } from '../questions/approval.ts'
import { utc } from '../questions/local-time.ts'
import { type PartitionState, partitionsQuestion, releasesStateQuestion, watermarkOf } from '../questions/stream-state.ts'
import type { App, Context } from './context.ts'
import { ApprovalAnswer, PROBLEMS, nullable } from './shapes.ts'

const Answer = Type.Object({
  clock: Type.Object({
    now: Type.String({ description: "The city's present." }),
    replay_of: nullable('string', 'Where a replay began; null in the present.'),
    speed: Type.Number(),
  }),
  ready: Type.Boolean(),
  parts: Type.Array(
    Type.Object({ service: Type.String(), name: Type.String(), state: Type.String(), since: Type.String(), reason: nullable('string') }),
  ),
  streams: Type.Array(
    Type.Object({
      stream: Type.String(),
      watermark: nullable('string', 'Windows that end before it are closed.'),
      certified: nullable('string', "When the store last certified events, by the machine's clock; of protected streams by the minute."),
      released: nullable('string', 'Start of the newest released window (protected streams).'),
      reason: nullable('string', 'Why these are not known.'),
      approval: ApprovalAnswer,
      intake: Type.Unsafe<unknown>({
        type: ['object', 'null'],
        additionalProperties: true,
        description:
          'For operations and stewards: what the bridge received, stored, refused by reason, and dropped by undeclared field since it started.',
      }),
    }),
  ),
})

const MINUTE_MS = 60_000
const STORE_AWAY = 'The store (ClickHouse) does not answer; what it holds is safe and comes back with it'

/** `GET /v1/status`: how everything is, for the page and for people on duty. */
export function statusRoute(app: App, context: Context): void {
  const { city, clock, services, flights, standing } = context
  const schema = { summary: 'How the services and the streams are', tags: ['status'], response: { 200: Answer, ...PROBLEMS } }
  app.get('/v1/status', { schema }, (request, reply) => {
    // Exact counts of what arrives would tell the public of single passages.
    const sees = request.role === 'operations' || request.role === 'steward'
    void reply.headers({ 'cache-control': 'no-cache', vary: 'authorization' })
    return flights.run(`status ${sees}`, async () => {
      const { parts, intake } = await services.all()
      const away = parts.some((part) => part.service === 'query' && part.name === 'store' && part.state !== 'ready')
      const streams = await Promise.all(
        city.streams.map(async (stream) => ({
          ...(away ? unknownState(stream) : await stateOf(context, stream)),
          approval: approvalAnswer(standing(stream), clock.now()),
          intake: (sees ? intake[stream.name] : null) ?? null,
        })),
      )
      const now = { now: utc(clock.now()), replay_of: clock.replayOf === null ? null : utc(clock.replayOf), speed: clock.speed }
      return { clock: now, ready: parts.every((part) => part.state === 'ready'), parts, streams }
    })
  })
}

function unknownState(stream: Stream, reason: string | null = STORE_AWAY): Record<string, unknown> {
  return { stream: stream.name, watermark: null, certified: null, released: null, reason }
}

async function stateOf({ store }: Context, stream: Stream): Promise<Record<string, unknown>> {
  try {
    const partitions = await store.ask(partitionsQuestion(stream.name))
    const [released] = stream.disclosure === null ? [] : await store.ask(releasesStateQuestion(stream))
    const text = (at: number | null) => (at === null || at === 0 ? null : utc(at))
    return {
      ...unknownState(stream, null),
      watermark: text(watermarkOf(stream, partitions)),
      certified: text(certifiedOf(stream, partitions)),
      released: text(released?.newest ?? null),
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return unknownState(stream, error.message)
  }
}

/** Ticks are certified several times a minute, so by the minute this moves whether or not anybody passed by. */
function certifiedOf(stream: Stream, partitions: readonly PartitionState[]): number | null {
  if (partitions.length === 0) return null
  const newest = Math.max(...partitions.map((p) => p.certified))
  return stream.disclosure === null ? newest : Math.floor(newest / MINUTE_MS) * MINUTE_MS
}
