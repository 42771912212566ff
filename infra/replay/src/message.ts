import { type City, CodecFault, eventCodec, type EventRecord, type Stream } from '@commonstream/schemas'
import type { Refused } from './refused.ts'

/**
 * What is sent: published to a topic, or POSTed as a reading of a stream in the stream's own names, where its codec reads
 * others; or why nothing can be.
 */
export type Message =
  | { readonly topic: string; readonly payload: Buffer }
  | { readonly stream: string; readonly payload: Buffer }
  | { readonly cannot: string }

/** A city's own mending of payloads: the new payload, or null to leave a message out. */
export type Repair = (message: {
  readonly stream: string
  readonly sensor: string
  readonly reason: string
  readonly mqttTopic: string | null
  readonly payload: string
}) => string | null

/**
 * The message that goes the normal way again, through the bridge. What the bridge refused is sent as it came, or mended;
 * an event that the worker could not read is spelled out as its sensor would have, if today's contracts can read it.
 */
export function messageOf(city: City, r: Refused, repair: Repair | null): Message {
  const bytes = r.bytes ?? Buffer.alloc(0)
  const original = r.topic === null ? asItCame(city, r, bytes) : spelledOut(city, r.stream, bytes)
  if (repair !== null) {
    const mended = repair({
      stream: r.stream,
      sensor: r.sensor,
      reason: r.reason,
      mqttTopic: r.mqttTopic,
      payload: ('payload' in original ? original.payload : bytes).toString('utf8'),
    })
    if (mended === null) return { cannot: 'left out by the repair' }
    if ('payload' in original) return { ...original, payload: Buffer.from(mended) }
    const topic = topicOf(city, r)
    return topic === null ? { cannot: NO_TOPIC } : { topic, payload: Buffer.from(mended) }
  }
  return original
}

const NO_TOPIC = 'no MQTT topic is known for it'

/** What the bridge refused: the whole message, or of several readings one, which quarantine keeps in the stream's own names. */
function asItCame(city: City, r: Refused, payload: Buffer): Message {
  const stream = city.streams.find((s) => s.name === r.stream)
  if (stream !== undefined && stream.source.codec !== 'json' && isOneReading(payload)) return { stream: r.stream, payload }
  const topic = r.mqttTopic ?? ownTopic(city, r)
  return topic === null ? { cannot: NO_TOPIC } : { topic, payload }
}

/** Whether bytes are a reading as the bridge writes down one of several: no payload of another codec has all of these names. */
function isOneReading(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && ['sensor', 'at', 'boot', 'seq'].every((name) => Object.hasOwn(value, name))
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** Of a reading that was POSTed or polled: its sensor's topic, where the stream takes readings as quarantine keeps them. */
function ownTopic(city: City, r: Refused): string | null {
  const stream = city.streams.find((s) => s.name === r.stream)
  return stream?.source.codec === 'json' && r.sensor !== '' ? mqttTopic(stream, r.sensor) : null
}

function topicOf(city: City, r: Refused): string | null {
  const stream = city.streams.find((s) => s.name === r.stream)
  return stream === undefined || r.sensor === '' ? r.mqttTopic : mqttTopic(stream, r.sensor)
}

function spelledOut(city: City, name: string, bytes: Buffer): Message {
  const stream = city.streams.find((s) => s.name === name)
  if (stream === undefined) return { cannot: 'its stream is no longer among the contracts' }
  try {
    const event = eventCodec(stream).decode(bytes)
    const reading = payloadOf(stream, event)
    if (stream.source.codec === 'json') return { topic: mqttTopic(stream, event.sensor), payload: Buffer.from(JSON.stringify(reading)) }
    return { stream: name, payload: Buffer.from(JSON.stringify({ sensor: event.sensor, ...reading })) }
  } catch (error) {
    if (!(error instanceof CodecFault)) throw error
    return { cannot: `today's contracts cannot read it either: ${error.message}` }
  }
}

function payloadOf(stream: Stream, event: EventRecord): Record<string, unknown> {
  const values = stream.properties.map((p) => [p.name, event[p.name]] as const).filter(([, value]) => value !== null)
  return { at: new Date(event.at).toISOString(), ...Object.fromEntries(values) }
}

function mqttTopic(stream: Stream, sensor: string): string {
  return stream.source.mqtt.replace('{sensor}', sensor)
}
