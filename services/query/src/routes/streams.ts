import { type City, type Standing, type Stream, threshold } from '@commonstream/schemas'
import { isoDuration } from '../questions/duration.ts'
import { approvalAnswer } from '../questions/approval.ts'
import { everiesOf } from '../questions/every.ts'
import { type App, type Context, streamNamed } from './context.ts'
import { PROBLEMS, StreamAddress } from './shapes.ts'

const NO_PARAMETERS = { type: 'object', properties: {} }
const ANY = { type: 'object', additionalProperties: true }

/** `GET /v1/streams` and `GET /v1/streams/{stream}`: the catalogue, in which closed streams stand too. */
export function streamsRoutes(app: App, context: Context): void {
  const { city, clock, standing } = context
  app.get(
    '/v1/streams',
    {
      schema: { summary: 'The streams, summarised', tags: ['catalogue'], querystring: NO_PARAMETERS, response: { 200: ANY, ...PROBLEMS } },
    },
    (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=60')
      return {
        city: city.name,
        publisher: city.publisher,
        time_zone: city.zone,
        streams: inOrder(city).map((s) => summaryOf(s, standing(s), clock.now())),
      }
    },
  )
  app.get<{ Params: { stream: string } }>(
    '/v1/streams/:stream',
    {
      schema: { summary: 'One stream with its contract', tags: ['catalogue'], params: StreamAddress, response: { 200: ANY, ...PROBLEMS } },
    },
    (request, reply) => {
      const stream = streamNamed(city, request.params.stream)
      void reply.header('cache-control', 'public, max-age=60')
      return { ...summaryOf(stream, standing(stream), clock.now()), contract: stream.contract }
    },
  )
}

/** What the catalogue says of a stream at `now` (epoch ms). */
export function summaryOf(stream: Stream, standing: Standing, now: number): Record<string, unknown> {
  const { name, title, description, steward, purpose, legalBasis, personalData, access, disclosure, unprotected } = stream
  return {
    name,
    title,
    description,
    steward,
    purpose,
    legal_basis: legalBasis,
    assessment: standing.assessment,
    approval: approvalAnswer(standing, now),
    personal_data: personalData,
    access,
    protected: disclosure !== null,
    unprotected,
    disclosure: disclosure && {
      policy: disclosure.policy,
      from: new Date(disclosure.from).toISOString(),
      epsilon: disclosure.epsilon.join('/'),
      group: disclosure.group,
      beta: disclosure.beta.join('/'),
      threshold: threshold(disclosure, 1),
    },
    publish: publishAnswer(stream),
    time_zone: stream.time.zone,
    window: isoDuration(stream.window.sizeMs),
    every: everiesOf(stream).map((every) => every.name),
    reports: isoDuration(stream.source.everyMs),
    silence: stream.source.silence,
    lateness: isoDuration(stream.time.latenessMs),
    retention: Object.fromEntries(Object.entries(stream.retention).map(([what, ms]) => [what.replace(/Ms$/, ''), isoDuration(ms)])),
    properties: stream.properties.map((p) => ({
      name: p.name,
      kind: p.kind,
      doc: p.doc,
      unit: p.unit,
      observed_property: p.observedProperty,
      resolution: p.resolution,
      aggregates: p.aggregates,
    })),
    alerts: stream.alerts.map(({ rule, on, severity, title: text }) => ({ rule, on, severity, title: text })),
    sensors: stream.sensors.length,
    links: Object.fromEntries(
      ['sensors', 'latest', 'aggregates', 'readings', 'decisions'].map((what) => [what, `/v1/streams/${name}/${what}`]),
    ),
  }
}

/** How the figures of an unprotected stream are published; null: as they are. */
function publishAnswer({ publish }: Stream): Record<string, unknown> | null {
  if (publish === null) return null
  const { timeMs, history, group } = publish
  return { time: isoDuration(timeMs), history, group: history === 'zone' ? group : null }
}

/** Those that the city begins with, then the others by name. */
function inOrder({ streams, first }: City): Stream[] {
  const place = ({ name }: Stream) => (first.includes(name) ? first.indexOf(name) : first.length)
  return streams.toSorted((a, b) => place(a) - place(b))
}
