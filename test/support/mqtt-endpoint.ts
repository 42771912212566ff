import { setTimeout as sleep } from 'node:timers/promises'
import { Counters } from '@commonstream/bridge/counters.ts'
import { Intake } from '@commonstream/bridge/intake.ts'
import { type Authenticate, open } from '@commonstream/bridge/listen/authenticate.ts'
import { Listener } from '@commonstream/bridge/listen/listener.ts'
import { Moments } from '@commonstream/bridge/moments.ts'
import type { Append } from '@commonstream/bridge/publish/append.ts'
import { Publisher } from '@commonstream/bridge/publish/publisher.ts'
import { createLog } from '@commonstream/runtime'
import { type City, type EventRecord, eventCodec, eventsTopic, QUARANTINE_TOPIC, type Stream, topicCodec } from '@commonstream/schemas'
import type { Message } from 'kafkajs'
import { afterEach } from 'vitest'
import { loadTestCity } from './mqtt-bridge.ts'
import { RawClient } from './mqtt-client.ts'
import { freePort } from './ports.ts'

/** The far end of a bridge's lanes: takes records in memory, at once, later, or not at all. */
export class HeldLog {
  readonly records: { readonly topic: string; readonly partition: number; readonly record: Message }[] = []
  /** While false nothing is acknowledged. */
  acknowledges = true
  /** Errors to throw at the next appends. */
  readonly failures: Error[] = []

  readonly append: Append = async (topic, partition, records) => {
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
    while (!this.acknowledges) await sleep(2)
    const baseOffset = String(this.records.filter((r) => r.topic === topic && r.partition === partition).length)
    for (const record of records) this.records.push({ topic, partition, record })
    return { baseOffset, appendTime: Date.now() }
  }
}

/** Everything between a source and Kafka, with a log in memory at its end. */
export interface TestIntake {
  readonly city: City
  readonly streams: readonly Stream[]
  readonly stream: Stream
  /** A topic of a registered sensor. */
  topic(sensor?: number): string
  readonly log: HeldLog
  readonly intake: Intake
  readonly publisher: Publisher
  readonly moments: Moments
  readonly counters: Counters
  events(): EventRecord[]
  quarantined(): Record<string, unknown>[]
}

export interface TestEndpoint extends TestIntake {
  readonly port: number
  readonly listener: Listener
  stop(): Promise<void>
}

export const READING = '{"at":1685887200000,"direction_1":3,"direction_2":4}'
export const NOW = 1_685_887_260_000

export interface IntakeOptions {
  /** May change the city's contracts. */
  readonly streams?: (streams: readonly Stream[]) => readonly Stream[]
  readonly now?: () => number
  /** How many times as fast as it is time passes for limits of time. */
  readonly pace?: number
}

export interface EndpointOptions extends IntakeOptions {
  readonly authenticate?: Authenticate
  readonly allBytes?: number
}

export async function makeIntake(o: IntakeOptions = {}): Promise<TestIntake> {
  const city = await loadTestCity()
  const streams = o.streams?.(city.streams) ?? city.streams
  const stream = streams.find((s) => s.name === 'pedestrian-counts') as Stream
  const log = new HeldLog()
  const counters = new Counters(streams.map((s) => s.name))
  const steady = () => performance.now() * (o.pace ?? 1)
  const nothing = () => undefined
  const publisher = new Publisher(log.append, Date.now, steady, {
    appended: nothing,
    appendTime: nothing,
    retrying: nothing,
    refused: nothing,
  })
  const codecs = new Map(streams.map((s) => [eventsTopic(s.name), eventCodec(s)]))
  const quarantine = topicCodec(city, 'quarantine')
  return {
    ...{ city, streams, stream, log, publisher, counters },
    moments: new Moments(o.now ?? (() => NOW), steady),
    intake: new Intake({ city, streams, publisher, counters, bridge: 'test' }),
    topic: (sensor = 0) => `city/pedestrian-counts/${stream.sensors[sensor]?.id}`,
    events: () => log.records.flatMap(({ topic, record }) => codecs.get(topic)?.decode(record.value as Buffer) ?? []),
    quarantined: () => log.records.filter((r) => r.topic === QUARANTINE_TOPIC).map((r) => quarantine.decode(r.record.value as Buffer)),
  }
}

/** Starts an endpoint on a free port. */
export async function startEndpoint(o: EndpointOptions = {}): Promise<TestEndpoint> {
  const made = await makeIntake(o)
  const { intake, publisher, moments, counters } = made
  const port = await freePort()
  const listener = new Listener({
    ...{ host: '127.0.0.1', port, intake, publisher, moments },
    authenticate: o.authenticate ?? open,
    counters: counters.source,
    log: createLog('test', 'silent'),
    ...(o.allBytes !== undefined && { allBytes: o.allBytes }),
  })
  const stopListener = await listener.start()
  let stopping: Promise<void> | undefined
  return { ...made, port, listener, stop: () => (stopping ??= stopListener()) }
}

/** Endpoints and clients for the tests of one file; all of them are gone after each test. */
export function useEndpoints(): {
  start(o?: Parameters<typeof startEndpoint>[0]): Promise<TestEndpoint>
  connect(endpoint: TestEndpoint, o?: Parameters<typeof RawClient.connect>[1]): Promise<RawClient>
  open(endpoint: TestEndpoint, version?: 4 | 5): Promise<RawClient>
} {
  const running: TestEndpoint[] = []
  const clients: RawClient[] = []
  const keep = <T>(list: T[], item: T) => {
    list.push(item)
    return item
  }
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    for (const endpoint of running.splice(0)) {
      endpoint.log.acknowledges = true
      await endpoint.stop()
    }
  })
  return {
    start: async (o) => keep(running, await startEndpoint(o)),
    connect: async (endpoint, o) => keep(clients, await RawClient.connect(endpoint.port, o)),
    open: async (endpoint, version) => keep(clients, await RawClient.open(endpoint.port, version)),
  }
}
