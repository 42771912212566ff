import {
  CityError,
  createKafka,
  createTelemetry,
  healthServer,
  LOOPBACK,
  type Log,
  type Part,
  type PartBoard,
  reasonOf,
} from '@commonstream/runtime'
import { Approvals, approvalOf, type City, eventsTopic, loadCity, type Stream } from '@commonstream/schemas'
import { approvalWatch, notSimplyApproved } from './approval-watch.ts'
import { bridgeMetrics } from './bridge-metrics.ts'
import type { BridgeConfig } from './config.ts'
import { Counters } from './counters.ts'
import { deviceSecret } from './device-secret.ts'
import { Intake } from './intake.ts'
import { type Authenticate, byToken, open } from './listen/authenticate.ts'
import { Listener } from './listen/listener.ts'
import { Moments } from './moments.ts'
import { appendWith, bridgeProducer, LITTLE_PATIENCE } from './publish/append.ts'
import { appendSkew, SKEW_LIMIT_MS } from './publish/append-skew.ts'
import { kafkaPart } from './publish/kafka-part.ts'
import { Publisher, type PublisherEvents } from './publish/publisher.ts'
import { Poller } from './poll/poller.ts'
import { Push } from './push/push.ts'
import type { Source } from './source.ts'
import { Subscriber } from './subscribe/subscriber.ts'
import { ListenedFile } from './tick/listened-file.ts'
import { Ticker } from './tick/ticker.ts'
import { tickPace } from './tick/tick-pace.ts'

const DAY_MS = 86_400_000

/** What the parts of one bridge share. */
interface Setting {
  readonly config: BridgeConfig
  readonly city: City
  readonly streams: readonly Stream[]
  readonly approvals: Approvals
  readonly counters: Counters
  readonly moments: Moments
  readonly board: PartBoard
  readonly log: Log
  readonly file: ListenedFile
  readonly listenedBefore: boolean
  /** Kafka's append time against the machine's clock, as last seen (ms). */
  readonly skew: { ms: number }
}

/**
 * The parts of a bridge in the order of their start: health, Kafka, source, ticks.
 * @param fail ends the process: called when Kafka refuses what we send for good
 * @throws SchemaFaults, CityError for a stream that is not there, a codec or secret that is missing
 */
export async function bridgeParts(
  config: BridgeConfig,
  board: PartBoard,
  log: Log,
  fail: (error: unknown) => void,
): Promise<readonly Part[]> {
  const city = await loadCity(config.schemas)
  const streams = served(city, config.streams)
  const file = new ListenedFile(config.dataDir, config.id)
  const listenedBefore = await file.listenedBefore()
  const setting: Setting = {
    config,
    city,
    streams,
    approvals: new Approvals(config.schemas, streams),
    counters: new Counters(streams.map((s) => s.name)),
    moments: new Moments(config.clock.now, () => performance.now()),
    board,
    log,
    file,
    listenedBefore,
    skew: { ms: 0 },
  }
  const client = `commonstream-${config.id}`
  const kafka = createKafka(config.kafka, client, log)
  const producer = bridgeProducer(createKafka(config.kafka, client, log, LITTLE_PATIENCE))
  const publisher = new Publisher(appendWith(producer), config.clock.real, () => performance.now(), publisherEvents(setting, fail))
  const intake = new Intake({ city, streams, publisher, counters: setting.counters, bridge: config.id, approvals: setting.approvals })
  const authenticate = config.mqtt.auth === 'open' ? open : byToken(await deviceSecret(config.dataDir))
  const source = sourceOf(setting, publisher, intake, authenticate)
  const poller = pollerOf(setting, intake)
  const ticker = tickerOf(setting, publisher, source, poller)
  return [
    healthPart(setting, source, poller, ticker),
    kafkaPart({ kafka, producer, publisher, streams, board, log }),
    noted(file, config),
    approvalWatch({ streams, approvals: setting.approvals, now: config.clock.now, log }),
    source,
    new Push({ ...config.push, authenticate, streams, intake, moments: setting.moments, counters: setting.counters.source, log }),
    poller,
    ticker,
  ]
}

function served(city: City, names: readonly string[] | null): readonly Stream[] {
  if (names === null) return city.streams
  const missing = names.filter((name) => !city.streams.some((s) => s.name === name))
  if (missing.length > 0) throw new CityError('STREAM_UNKNOWN', `CITY_STREAMS names ${missing.join(', ')}, which the city does not have`)
  return city.streams.filter((s) => names.includes(s.name))
}

function publisherEvents({ counters, streams, skew, log }: Setting, fail: (error: unknown) => void): PublisherEvents {
  const byTopic = new Map(streams.map((s) => [eventsTopic(s.name), counters.of(s.name)]))
  return {
    appended(topic, events) {
      const stream = byTopic.get(topic)
      if (stream !== undefined) stream.stored += events
    },
    appendTime(appendTime, sentAt, answeredAt) {
      const ms = appendSkew(appendTime, sentAt, answeredAt)
      const before = Math.abs(skew.ms) > SKEW_LIMIT_MS
      skew.ms = ms
      if (Math.abs(ms) > SKEW_LIMIT_MS && !before)
        log.error({ skewMs: ms }, "Kafka's clock and this machine's differ: event times are judged by the latter")
    },
    retrying({ topic, partition, reason }, attempt, waitMs) {
      counters.sendRetries++
      log.warn({ topic, partition, attempt, waitMs, reason: reasonOf(reason) }, 'Kafka did not acknowledge; trying again')
    },
    refused({ topic, partition, reason }) {
      fail(new CityError('KAFKA_REFUSES', `Kafka refuses what belongs into ${topic}/${partition}`, { sort: 'world', cause: reason }))
    },
  }
}

function pollerOf({ config, streams, counters, moments, board, log }: Setting, intake: Intake): Poller {
  const { clock, id, poll, dataDir } = config
  const { speed, real } = clock
  return new Poller({
    bridge: id,
    streams,
    config: poll,
    dataDir,
    replay: clock.replayOf !== null,
    speed,
    intake,
    counters,
    moments,
    real,
    board,
    log,
  })
}

function sourceOf(setting: Setting, publisher: Publisher, intake: Intake, authenticate: Authenticate): Source {
  const { config, streams, counters, moments, board, log, listenedBefore } = setting
  const shared = { intake, publisher, moments, counters: counters.source, log }
  const { host, port, url, version } = config.mqtt
  if (config.source === 'subscribe') return new Subscriber({ ...shared, url, version, bridge: config.id, streams, board, listenedBefore })
  return new Listener({ ...shared, host, port, authenticate })
}

function tickerOf(
  { config, streams, moments, file, listenedBefore, board, log }: Setting,
  publisher: Publisher,
  source: Source,
  polls: Poller,
): Ticker {
  const { clock, id } = config
  const pace = tickPace({
    speed: clock.speed,
    replay: clock.replayOf !== null,
    shortestWindowMs: Math.min(...streams.map((s) => s.window.sizeMs)),
    shortestLatenessMs: Math.min(...streams.map((s) => s.time.latenessMs)),
  })
  return new Ticker({ bridge: id, streams, publisher, source, polls, moments, pace, file, listenedBefore, real: clock.real, board, log })
}

/** Before the first sensor is let in it stands on disk that this bridge has listened: after a crash they hold back. */
function noted(file: ListenedFile, { clock }: BridgeConfig): Part {
  return {
    name: 'memory',
    async start() {
      await file.note(clock.real())
      return async () => undefined
    },
  }
}

function healthPart(setting: Setting, source: Source, poller: Poller, ticker: Ticker): Part {
  const { config, counters, streams, approvals, board, skew } = setting
  const telemetry = createTelemetry('bridge')
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  bridgeMetrics(telemetry, counters, {
    connections: () => source.details.connections,
    unacknowledgedBytes: () => source.details.unacknowledgedBytes,
    heldBytes: () => source.details.heldBytes,
    lastAsOf: () => ticker.lastTick?.asOf ?? null,
    appendSkewMs: () => skew.ms,
    reviewDays: () =>
      new Map(
        streams.flatMap((stream) => {
          const approval = approvalOf(approvals.of(stream))
          return approval === null ? [] : [[stream.name, Math.floor((approval.until - config.clock.now()) / DAY_MS)] as const]
        }),
      ),
  })
  const details = () => ({
    bridge: config.id,
    source: source.name,
    ...source.details,
    packets: counters.source,
    polls: poller.details,
    streams: Object.fromEntries(
      streams.map((s) => [s.name, { ...counters.of(s.name).toJSON(), catchUpUntil: iso(ticker.catchUpUntil(s)) }]),
    ),
    astray: counters.astray,
    sendRetries: counters.sendRetries,
    appendSkewMs: skew.ms,
    lastTick: ticker.lastTick === null ? null : { asOf: iso(ticker.lastTick.asOf), at: iso(ticker.lastTick.at) },
    approvals: notSimplyApproved(streams, approvals, config.clock.now()),
  })
  return healthServer({ service: 'bridge', host: LOOPBACK, port: config.healthPort, board, telemetry, details })
}
