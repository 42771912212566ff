import type { Stream } from '@commonstream/schemas'
import { Refusal } from './refusal.ts'
import { registerOf } from './register.ts'

/** Where a message belongs. */
export interface Route {
  readonly stream: Stream
  /** Null where the topic is a gateway's or the whole stream's: then the payload names the sensors of its readings. */
  readonly sensor: string | null
  /** The sensor as the first part of its events' identities. */
  readonly sensorPart: string
  /** Who besides the sensor itself may publish for it. */
  readonly gateway: string | null
}

/** A message that belongs nowhere; `stream` and `sensor` as far as they are known and may be kept. */
export interface Astray {
  readonly stream: Stream | null
  readonly sensor: string
  readonly refusal: Refusal
}

const PLACEHOLDER = '{sensor}'

/**
 * Finds the stream and sensor of an MQTT topic by the contracts' `source.mqtt`. A registered sensor is found by its id
 * or an alias and known by its id; in its place a gateway of the register has a topic too, for readings of the sensors
 * behind it. The first stream whose template fits is the one.
 */
export function routerOf(streams: readonly Stream[]): (topic: string) => Route | Astray {
  const routes = streams.map(routeOf)
  return (topic) => {
    const levels = topic.split('/')
    for (const route of routes) {
      const found = route(levels)
      if (found !== null) return found
    }
    return { stream: null, sensor: '', refusal: new Refusal('no_stream', 'the topic belongs to no stream') }
  }
}

function routeOf(stream: Stream): (levels: readonly string[]) => Route | Astray | null {
  const template = stream.source.mqtt.split('/')
  const place = template.indexOf(PLACEHOLDER)
  const find = registerOf(stream)
  const gateways = new Set(stream.sensors.map((s) => s.gateway))
  const many = (gateway: string | null): Route => ({ stream, sensor: null, sensorPart: '', gateway })
  return (levels) => {
    if (levels.length !== template.length || !levels.every((level, i) => i === place || level === template[i])) return null
    if (place < 0) return many(null)
    const id = levels[place] as string
    const found = find(id)
    const own = 'refusal' in found || (stream.source.sensors === 'open' && !stream.sensors.some((s) => s.id === found.sensor))
    if (own && gateways.has(id)) return many(id)
    if ('refusal' in found) return { stream, ...found }
    return { stream, sensor: found.sensor, sensorPart: found.sensorPart, gateway: found.gateway }
  }
}

/** The filter that receives every message of a stream: its template with `+` for the sensor. */
export function filterOf(stream: Stream): string {
  return stream.source.mqtt.replace(PLACEHOLDER, '+')
}
