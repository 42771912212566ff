import Type from 'typebox'
import { approvalAnswer } from '../questions/approval.ts'
import { decisionRows, decisionsQuestion } from '../questions/decisions.ts'
import { type App, type Context, streamNamed } from './context.ts'
import { ApprovalAnswer, PROBLEMS, StreamAddress, nullable } from './shapes.ts'

const Answer = Type.Object({
  stream: Type.String(),
  approval: ApprovalAnswer,
  decisions: Type.Array(
    Type.Object({
      number: nullable('integer', 'Its place among the decisions; null for what nobody decided (expired).'),
      decision: Type.Enum(['approved', 'changed', 'prolonged', 'withdrawn', 'expired']),
      on: Type.String({ description: 'Day.' }),
      by: nullable('string', 'Who decided.'),
      reference: nullable('string', 'Where the privacy assessment is filed.'),
      review: nullable('string', 'Last day of the approval.'),
      reason: nullable('string'),
      recorded: nullable('string', 'When it entered the record that is only added to; null: not yet.'),
      digest: nullable('string', 'SHA-256 over the decision and the digest before it.'),
      in_contract: Type.Boolean({ description: 'False where a recorded decision was taken out of the contract or rewritten there.' }),
    }),
  ),
})

/** `GET /v1/streams/{stream}/decisions` */
export function decisionsRoute(app: App, context: Context): void {
  const schema = {
    summary: 'Every decision about a stream: approved, changed, prolonged, withdrawn, and when an approval expired',
    tags: ['catalogue'],
    params: StreamAddress,
    querystring: { type: 'object', properties: {} },
    response: { 200: Answer, ...PROBLEMS },
  }
  app.get<{ Params: { stream: string } }>('/v1/streams/:stream/decisions', { schema }, async (request, reply) => {
    const stream = streamNamed(context.city, request.params.stream)
    void reply.header('cache-control', 'public, max-age=60')
    const now = context.clock.now()
    const recorded = await context.flights.run(`decisions ${stream.name}`, () => context.store.ask(decisionsQuestion(stream)))
    const standing = context.standing(stream)
    return { stream: stream.name, approval: approvalAnswer(standing, now), decisions: decisionRows(standing, recorded, now) }
  })
}
