import { hash } from 'node:crypto'
import type { Message } from 'kafkajs'
import { partitionOf } from '@commonstream/runtime'
import {
  type Approvals,
  type City,
  type EventCodec,
  eventCodec,
  eventsTopic,
  QUARANTINE_TOPIC,
  type Stream,
  type TopicCodec,
  topicCodec,
} from '@commonstream/schemas'
import type { Counters, StreamCounters } from './counters.ts'
import { type Gate, gateOf } from './decode/approval.ts'
import { type Decode, type Decoded, decoderOf } from './decode/decoder.ts'
import { Refusal } from './decode/refusal.ts'
import { type Astray, type Route, routerOf } from './decode/router.ts'
import type { Moment } from './moments.ts'
import type { Lane } from './publish/lane.ts'
import type { Publisher } from './publish/publisher.ts'
import { type Refused, quarantineRecord } from './publish/quarantine.ts'
import type { Receipt } from './publish/receipt.ts'
import { refusedWhole, type TakeFor, type Taking } from './taking.ts'

/** Who sent a message. */
export interface Sender {
  /** The sensor or gateway it proved to be; null where any client may speak for any sensor. */
  readonly user: string | null
}

/** The way of one sensor's events into Kafka. */
interface Way {
  readonly key: Buffer
  readonly lane: Lane
  readonly codec: EventCodec
}

/** What every sensor of a stream shares. */
interface Served {
  readonly stream: Stream
  readonly gate: Gate
  readonly decode: Decode
  /** Reads readings in the stream's own names. */
  readonly decodeOwn: Decode
  readonly lanes: readonly { readonly lane: Lane; readonly codec: EventCodec }[]
  readonly ways: Map<string, Way>
  readonly counters: StreamCounters
}

/** Where the messages of one MQTT topic go; `way` is null where their payloads name the sensors. */
interface Place {
  readonly route: Route
  readonly served: Served
  readonly way: Way | null
}

export interface IntakeOptions {
  readonly city: City
  readonly streams: readonly Stream[]
  readonly publisher: Publisher
  readonly counters: Counters
  /** The bridge's id. */
  readonly bridge: string
  /** What counts of the streams' assessments; without them those of the streams. */
  readonly approvals?: Approvals
}

/** Where a payload came from, for what of it is refused. */
type From = Pick<Refused, 'sensor' | 'mqttTopic'>

const NOT_YOURS = new Refusal('not_yours', 'the client is neither the sensor nor its gateway')

/** Topics and sensors remembered; beyond it all are forgotten and found again. */
const MOST_PLACES = 200_000

/**
 * What happens to a message between a source and Kafka: found its stream, judged, decoded, typed, and put into the lanes
 * of its sensors' partitions, or refused into the quarantine's lane. Synchronous: between a source's hands and a lane
 * there is no place where a message could wait unseen.
 */
export class Intake {
  readonly #route: (topic: string) => Route | Astray
  readonly #served: ReadonlyMap<Stream, Served>
  readonly #places = new Map<string, Place>()
  readonly #quarantine: { readonly lane: Lane; readonly codec: TopicCodec; readonly by: string }
  readonly #counters: Counters

  /** @throws CityError `CODEC_UNKNOWN` */
  constructor(o: IntakeOptions) {
    const { approvals } = o
    const gate = (stream: Stream) => gateOf(approvals === undefined ? () => stream : () => approvals.of(stream))
    this.#route = routerOf(o.streams)
    this.#counters = o.counters
    this.#served = new Map(o.streams.map((stream) => [stream, serve(stream, gate(stream), o.publisher, o.counters.of(stream.name))]))
    this.#quarantine = { lane: o.publisher.lane(QUARANTINE_TOPIC, 0), codec: topicCodec(o.city, 'quarantine'), by: `bridge ${o.bridge}` }
  }

  /** Takes a message; `receipt` is settled when all that came of it is in Kafka. Returns the number of records. */
  take(topic: string, payload: Buffer, sender: Sender, receipt: Receipt, received: Moment): number {
    const place = this.#places.get(topic) ?? this.#find(topic)
    const barred = this.#barred(place, sender, received)
    if (barred !== null)
      return this.#refuseWhole(place, { refusal: barred, mqttTopic: topic, bytes: payload, length: payload.length }, receipt, received)
    const { route, served, way } = place as Place
    const decoded = served.decode(payload, route.sensor, route.sensorPart, received.city, route.gateway ?? sender.user)
    return this.#put(served, way, decoded, { sensor: route.sensor ?? '', mqttTopic: topic }, receipt, received)
  }

  /** Why a stream takes nothing in at `now` (the bridge's clock, epoch ms); null where it does. */
  shut(stream: Stream, now: number): Refusal | null {
    return this.#servedOf(stream).gate(now)
  }

  /**
   * Takes a payload of a stream that came by no topic and names its sensors itself: a poll's answer, a POST.
   * @param o.sensor of all its readings, where it is known
   * @param o.isNews whether a reading, known by its digest, is to be taken; without it all are
   */
  takeFor(stream: Stream, payload: Buffer, o: TakeFor, receipt: Receipt, received: Moment): Taking {
    const served = this.#servedOf(stream)
    const barred = served.gate(received.city)
    if (barred !== null) return this.refuseFor(stream, { refusal: barred, bytes: payload, length: payload.length }, receipt, received)
    const { sensor = null, sensorPart = '' } = o
    const decode = o.own === true ? served.decodeOwn : served.decode
    const decoded = decode(payload, sensor, sensorPart, received.city, o.speaker)
    const news = o.isNews === undefined ? decoded : newsOf(decoded, o.isNews)
    const records = this.#put(served, null, news, { sensor: sensor ?? '', mqttTopic: null }, receipt, received)
    const readings = decoded.events.length + decoded.refused.length
    served.counters.repeated += readings - records
    return { readings, events: decoded.events.length, repeated: readings - records, refused: decoded.refused, records }
  }

  /** Refuses what came for a stream by no topic, whole; where the stream takes nothing in, for that, whatever else is wrong with it. */
  refuseFor(stream: Stream, refused: Pick<Refused, 'refusal' | 'bytes' | 'length' | 'sha256'>, receipt: Receipt, received: Moment): Taking {
    const served = this.#servedOf(stream)
    served.counters.received++
    const refusal = served.gate(received.city) ?? refused.refusal
    const records = this.#refuse({ stream, sensor: '', mqttTopic: null, ...refused, refusal }, receipt, received)
    return refusedWhole(refusal, refused.bytes, records)
  }

  #servedOf(stream: Stream): Served {
    return this.#served.get(stream) as Served
  }

  /** Puts what became of a payload into the lanes: events into those of their sensors, the rest into quarantine's. */
  #put(served: Served, way: Way | null, decoded: Decoded, from: From, receipt: Receipt, received: Moment): number {
    const { events, refused, dropped } = decoded
    const { stream, counters } = served
    counters.received += events.length + refused.length
    for (const event of events) {
      if (event.clamped) counters.clamped++
      const { key, lane, codec } = way ?? this.#wayOf(served, event.sensor)
      const value = codec.encode(event)
      lane.add({ key, value, partition: lane.partition }, value.length, receipt, received)
    }
    for (const { refusal, bytes, sensor } of refused)
      this.#refuse({ stream, ...from, sensor: sensor ?? from.sensor, refusal, bytes, length: bytes.length }, receipt, received)
    if (dropped.length > 0) counters.drop(dropped)
    return events.length + refused.length
  }

  /** Refuses a message that was too large to be held; the source has hashed it on its way past. */
  tooLarge(message: { topic: string; length: number; sha256: string }, sender: Sender, receipt: Receipt, received: Moment): number {
    const { topic, length, sha256 } = message
    const place = this.#places.get(topic) ?? this.#find(topic)
    const refusal = this.#barred(place, sender, received) ?? new Refusal('too_large', 'larger than a message may be')
    return this.#refuseWhole(place, { refusal, mqttTopic: topic, bytes: null, length, sha256 }, receipt, received)
  }

  /** Why nothing may be taken for this place from this sender now; null where it may. */
  #barred(place: Place | Astray, sender: Sender, received: Moment): Refusal | null {
    const stream = 'route' in place ? place.route.stream : place.stream
    const shut = stream === null ? null : this.#servedOf(stream).gate(received.city)
    if (shut !== null) return shut
    if (!('route' in place)) return place.refusal
    const { sensor, gateway } = place.route
    // On a topic of a whole stream it shows reading by reading whether the sender may speak for its sensor.
    const anybody = sender.user === null || (sensor === null && gateway === null)
    return anybody || sender.user === sensor || sender.user === gateway ? null : NOT_YOURS
  }

  #refuseWhole(place: Place | Astray, refused: Omit<Refused, 'stream' | 'sensor'>, receipt: Receipt, received: Moment): number {
    const { stream, sensor } = 'route' in place ? place.route : place
    this.#counters.of(stream?.name ?? null).received++
    return this.#refuse({ stream, sensor: sensor ?? '', ...refused }, receipt, received)
  }

  #refuse(refused: Refused, receipt: Receipt, received: Moment): number {
    const { lane, codec, by } = this.#quarantine
    this.#counters.of(refused.stream?.name ?? null).refuse(refused.refusal.reason)
    const value = quarantineRecord(codec, by, refused, received.city)
    lane.add({ key: refused.stream?.name ?? '', value, partition: 0 } satisfies Message, value.length, receipt, received)
    return 1
  }

  /** Only topics that lead somewhere are remembered: anybody can make up others. */
  #find(topic: string): Place | Astray {
    const route = this.#route(topic)
    if ('refusal' in route) return route
    const served = this.#servedOf(route.stream)
    const place = { route, served, way: route.sensor === null ? null : wayOf(served, route.sensor) }
    if (this.#places.size >= MOST_PLACES) this.#places.clear()
    this.#places.set(topic, place)
    return place
  }

  #wayOf(served: Served, sensor: string): Way {
    const known = served.ways.get(sensor)
    if (known !== undefined) return known
    if (served.ways.size >= MOST_PLACES) served.ways.clear()
    const way = wayOf(served, sensor)
    served.ways.set(sensor, way)
    return way
  }
}

/** What of a payload was not known before. An answer that holds no news drops nothing either. */
function newsOf({ events, refused, dropped }: Decoded, isNews: (digest: string) => boolean): Decoded {
  const news = {
    events: events.filter((event) => isNews(event.event_id.toString('base64url'))),
    refused: refused.filter(({ refusal, bytes }) =>
      isNews(hash('sha256', Buffer.concat([Buffer.from(refusal.detail), bytes]), 'base64url').slice(0, 22)),
    ),
  }
  return { ...news, dropped: news.events.length + news.refused.length === 0 ? [] : dropped }
}

function wayOf({ lanes }: Served, sensor: string): Way {
  const key = Buffer.from(sensor)
  const { lane, codec } = lanes[partitionOf(key, lanes.length)] as Served['lanes'][number]
  return { key, lane, codec }
}

/** One codec per lane: what a stuck partition holds back then keeps no other partition's memory. */
function serve(stream: Stream, gate: Gate, publisher: Publisher, counters: StreamCounters): Served {
  const lanes = Array.from({ length: stream.partitions }, (_, partition) => ({
    lane: publisher.lane(eventsTopic(stream.name), partition),
    codec: eventCodec(stream),
  }))
  const decode = decoderOf(stream)
  const decodeOwn = stream.source.codec === 'json' ? decode : decoderOf(stream, { own: true })
  return { stream, gate, decode, decodeOwn, lanes, ways: new Map(), counters }
}
