import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { CityError, type Log, type Part, reasonOf, type Stop } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import type { SourceCounters } from '../counters.ts'
import { DEEPEST, nestsDeeper } from '../decode/json-codec.ts'
import { Refusal } from '../decode/refusal.ts'
import { type Find, registerOf } from '../decode/register.ts'
import type { Intake } from '../intake.ts'
import type { Taking } from '../taking.ts'
import type { Authenticate } from '../listen/authenticate.ts'
import { isLoopback } from '../loopback.ts'
import type { Moments } from '../moments.ts'
import { Budget } from '../publish/budget.ts'
import type { Receipt } from '../publish/receipt.ts'
import { LIMITS } from './limits.ts'
import { loginOf } from './login.ts'
import { Problem } from './problem.ts'
import { verdictOf } from './verdict.ts'

export interface PushOptions {
  readonly host: string
  readonly port: number
  readonly authenticate: Authenticate
  readonly streams: readonly Stream[]
  readonly intake: Intake
  readonly moments: Moments
  readonly counters: SourceCounters
  readonly log: Log
  /** Memory of everything unacknowledged, and the longest wait for Kafka; the limits' unless given. */
  readonly allBytes?: number
  readonly waitMs?: number
}

interface Post {
  Params: { stream: string }
  Querystring: { sensor?: string | string[] }
  Body: Buffer
}

/** Who POSTs for what, known before the body is read. */
interface Speaker {
  readonly stream: Stream
  readonly find: Find
  readonly user: string | null
}

/** Readings in the stream's own names, whatever its codec: what its events are spelled out as. */
const OWN = 'application/vnd.commonstream.readings+json'
const TYPES = [OWN, 'application/json', 'application/ld+json', 'application/geo+json', 'text/csv', 'application/octet-stream']
const AGAIN = { 'retry-after': '5' }
const SHALLOW_BYTES = 1_024

/**
 * `POST /v1/streams/{stream}/readings`: what platforms and network servers push. The body is a payload of the stream's
 * codec, or readings in the stream's own names, which name their sensors (or `?sensor=` does); 202 says that Kafka has all of them.
 */
export class Push implements Part {
  readonly name = 'push'
  readonly #o: PushOptions
  readonly #streams: ReadonlyMap<string, { readonly stream: Stream; readonly find: Find }>
  readonly #speakers = new WeakMap<FastifyRequest, Speaker>()
  readonly #budget: Budget
  /** Aborted when what still waits for Kafka must be answered. */
  readonly #hurry = new AbortController()

  constructor(o: PushOptions) {
    this.#o = o
    this.#streams = new Map(o.streams.map((stream) => [stream.name, { stream, find: registerOf(stream) }]))
    this.#budget = new Budget(o.allBytes ?? LIMITS.allBytes, () => undefined)
  }

  async start(): Promise<Stop> {
    const { host, port, log } = this.#o
    const app = this.#app()
    try {
      await app.listen({ host, port })
    } catch (cause) {
      throw new CityError('PUSH_PORT', `POSTs cannot be taken on ${host}:${port}`, { sort: 'world', cause })
    }
    log.info({ host, port }, 'taking POSTs of readings')
    return async () => {
      const timer = setTimeout(() => this.#hurry.abort(), LIMITS.stopMs)
      await app.close()
      clearTimeout(timer)
    }
  }

  #app(): FastifyInstance {
    const app = Fastify({
      logger: false,
      bodyLimit: LIMITS.bodyBytes,
      requestTimeout: LIMITS.requestMs,
      connectionTimeout: LIMITS.waitMs + LIMITS.requestMs,
      http: { headersTimeout: LIMITS.headersMs },
      forceCloseConnections: 'idle',
      routerOptions: { maxParamLength: 64 },
    })
    app.server.maxConnections = LIMITS.connections
    app.removeAllContentTypeParsers()
    // Types that a browser sends only after asking, which is never allowed: no page can make its visitor POST.
    app.addContentTypeParser(TYPES, { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    app.setNotFoundHandler((request) => {
      throw new Problem(
        'not-found',
        `${request.method} ${request.url.split('?')[0]} is not part of this; POST to /v1/streams/{stream}/readings`,
      )
    })
    app.setErrorHandler(async (error: FastifyError | Problem, request, reply) => {
      const problem = await this.#told(error, request)
      return reply.code(problem.status).headers(problem.headers).type('application/problem+json').send(JSON.stringify(problem.toBody()))
    })
    app.post<Post>(
      '/v1/streams/:stream/readings',
      { onRequest: async (request, reply) => this.#admit(request, reply) },
      async (request, reply) => {
        const verdict = verdictOf(await this.#take(request))
        if (verdict instanceof Problem) throw verdict
        return reply.code(202).send(verdict)
      },
    )
    return app
  }

  /** Who it is and whether there is room for it, before the body is read. */
  #admit(request: FastifyRequest<Post>, reply: FastifyReply): void {
    const user = loginOf(request.headers.authorization, this.#o.authenticate)
    // Where nobody has to say who it is, a page must not reach us under a name of its own that leads to this machine.
    if (user === null && !isLoopback(request.hostname))
      throw new Problem('forbidden', 'without logins, this is for programs of this machine')
    const found = this.#streams.get(request.params.stream)
    if (found === undefined) throw new Problem('not-found', 'there is no such stream')
    if (this.#budget.full) throw this.#putOff('what was sent before is not all in Kafka yet; nothing of this was taken')
    // What is still being sent takes room too, or many slow bodies together would be beyond every bound.
    const announced = Number(request.headers['content-length'] ?? LIMITS.bodyBytes)
    const room = this.#budget.take(Math.min(announced, LIMITS.bodyBytes), 1)
    reply.raw.once('close', () => this.#budget.release(room))
    this.#speakers.set(request, { ...found, user })
  }

  async #take(request: FastifyRequest<Post>): Promise<Taking> {
    const { stream, find, user } = this.#speakers.get(request) as Speaker
    const body = request.body ?? Buffer.alloc(0)
    const { intake, moments } = this.#o
    this.#o.counters.posts++
    const { sensor: name } = request.query
    return this.#safe(body.length, (receipt) => {
      const received = moments.now()
      const refused = (refusal: Refusal): Taking =>
        intake.refuseFor(stream, { refusal, bytes: body, length: body.length }, receipt, received)
      if (body.length > SHALLOW_BYTES && nestsDeeper(body, DEEPEST))
        return refused(new Refusal('undecodable', `nests deeper than ${DEEPEST}`))
      const how = { speaker: user, own: isOwn(stream, request.headers['content-type'], body) }
      if (name === undefined) return intake.takeFor(stream, body, how, receipt, received)
      const known = sensorOf(find, String(name), user)
      return known instanceof Refusal ? refused(known) : intake.takeFor(stream, body, { ...known, ...how }, receipt, received)
    })
  }

  /** Hands something to Kafka and waits until it has it. */
  async #safe(bytes: number, hand: (receipt: Receipt) => Taking): Promise<Taking> {
    const settled = Promise.withResolvers<void>()
    const receipt: Receipt = { pending: 0, settle: () => settled.resolve() }
    const taking = hand(receipt)
    const charged = this.#budget.take(bytes, taking.records)
    const safe = settled.promise.then(() => this.#budget.release(charged))
    const late = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => late.resolve('late'), this.#o.waitMs ?? LIMITS.waitMs)
    const hurry = () => late.resolve('late')
    this.#hurry.signal.addEventListener('abort', hurry)
    const end = await Promise.race([safe, late.promise])
    clearTimeout(timer)
    this.#hurry.signal.removeEventListener('abort', hurry)
    if (end === 'late') throw this.#putOff('Kafka did not acknowledge in time; send it again: what is stored by then is not counted twice')
    return taking
  }

  #putOff(detail: string): Problem {
    this.#o.counters.postsPutOff++
    return new Problem('not-acknowledged', detail, { headers: AGAIN })
  }

  /** What is told of an error: of one that kept a refusal from being told, such as a Kafka that is away, that one. */
  async #told(error: FastifyError | Problem, request: FastifyRequest): Promise<Problem> {
    if (error instanceof Problem) return error
    try {
      return await this.#problemOf(error, request)
    } catch (other) {
      if (other instanceof Problem) return other
      throw other
    }
  }

  /** The problem of what the framework refuses; a body that is too large is counted and noted like any refused message. */
  async #problemOf(error: FastifyError, request: FastifyRequest): Promise<Problem> {
    const { statusCode = 500, code } = error
    const speaker = this.#speakers.get(request)
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && speaker !== undefined) {
      const refusal = new Refusal('too_large', `larger than ${LIMITS.bodyBytes} bytes`)
      const length = Number(request.headers['content-length'] ?? 0)
      const { intake, moments } = this.#o
      const verdict = verdictOf(
        await this.#safe(0, (receipt) =>
          intake.refuseFor(speaker.stream, { refusal, bytes: null, length, sha256: '' }, receipt, moments.now()),
        ),
      )
      if (verdict instanceof Problem) return verdict
    }
    if (statusCode === 415) return new Problem('unsupported-media-type', `the body's type is one of ${TYPES.join(', ')}`)
    if (statusCode >= 400 && statusCode < 500) return new Problem('bad-request', error.message)
    this.#o.log.error({ reason: reasonOf(error), stack: error.stack }, 'a POST failed')
    return new Problem('internal', 'the fault is logged')
  }
}

/** Whether a body is in the stream's own names: it says so, or it is JSON where the contract's codec is CSV. */
function isOwn({ source: { codec } }: Stream, type: string | undefined, body: Buffer): boolean {
  const [media = ''] = (type ?? '').toLowerCase().split(';')
  if (media.trim() === OWN) return true
  return codec === 'csv' && media.trim() === 'application/json' && /^\s*[[{]/.test(body.toString('latin1', 0, 64))
}

/** The sensor that a request names, where its sender may speak for it. */
function sensorOf(find: Find, name: string, user: string | null): { sensor: string; sensorPart: string } | Refusal {
  const known = find(name)
  if ('refusal' in known) return known.refusal
  if (user === null || user === known.sensor || user === known.gateway) return known
  return new Refusal('not_yours', 'the sender is neither the sensor nor its gateway')
}
