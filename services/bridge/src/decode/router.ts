import type { Stream } from '@commonstream/schemas'
import { idPart } from './event-id.ts'
import { looksIdentifying } from './identifying.ts'
import { Refusal } from './refusal.ts'

/** Where a message belongs. */
export interface Route {
  readonly stream: Stream
  readonly sensor: string
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

/** Ids that an unregistered sensor may have: they become keys, columns and addresses. */
const USABLE = /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}$/

const PLACEHOLDER = '{sensor}'

/**
 * Finds the stream and sensor of an MQTT topic by the contracts' `source.mqtt`. A registered sensor is found by its id
 * or an alias and known by its id. The first stream whose template fits is the one.
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
  const register = new Map(stream.sensors.flatMap((s) => [...s.aliases, s.id].map((id) => [id, s] as const)))
  return (levels) => {
    if (levels.length !== template.length || !levels.every((level, i) => i === place || level === template[i])) return null
    const id = levels[place] ?? ''
    const known = register.get(id)
    if (known !== undefined) return { stream, sensor: known.id, sensorPart: idPart(known.id), gateway: known.gateway }
    if (looksIdentifying(id))
      return { stream, sensor: '', refusal: new Refusal('identifying', 'the sensor in the topic looks like a device number or an address') }
    if (!USABLE.test(id)) return { stream, sensor: '', refusal: new Refusal('unregistered', 'the sensor in the topic is not a usable id') }
    if (stream.source.sensors === 'open') return { stream, sensor: id, sensorPart: idPart(id), gateway: null }
    return { stream, sensor: id, refusal: new Refusal('unregistered', 'the sensor is not in the register') }
  }
}

/** The filter that receives every message of a stream: its template with `+` for the sensor. */
export function filterOf(stream: Stream): string {
  return stream.source.mqtt.replace(PLACEHOLDER, '+')
}
