import { refusedFor } from '../../contract/read-examples.ts'
import type { City, Stream } from '../../contract/stream.ts'
import type { Channel } from './async-api-of.ts'
import { payloadSchema } from './payload-schema.ts'

/** Streams may share a template only if it is the same one; each has a channel of its own. */
export function mqttChannels(city: Pick<City, 'streams'>): Channel[] {
  return city.streams.map(channelOf)
}

function channelOf(stream: Stream): Channel {
  const { mqtt, codec } = stream.source
  const examples = stream.examples.filter(({ file }) => refusedFor(file) === null)
  const payload = payloadSchema(stream)
  return {
    key: `mqtt.${stream.name}`,
    action: 'receive',
    summary: `Readings of ${stream.title}`,
    channel: {
      address: mqtt,
      title: stream.title,
      description: stream.description,
      servers: [{ $ref: '#/servers/mqtt' }],
      ...(mqtt.includes('{sensor}') && { parameters: { sensor: sensorParameter(stream) } }),
      messages: {
        reading: {
          name: `${stream.name}.reading`,
          title: `What sensors of ${stream.name} send`,
          summary: `Codec ${codec}.`,
          contentType: examples.every((e) => typeof e.payload === 'string') ? 'text/plain' : 'application/json',
          payload,
          examples: examples.map(({ file, payload: example }) => ({ name: nameOf(file), payload: example })),
        },
      },
    },
    bindings: { mqtt: { qos: 1, retain: false, bindingVersion: '0.2.0' } },
  }
}

function sensorParameter({ source, sensors }: Stream): object {
  const first = sensors.slice(0, 3).map((s) => s.id)
  return {
    description:
      source.sensors === 'registered'
        ? 'A sensor of the register, or a gateway of it for the sensors behind it.'
        : 'A sensor, known or not, or a gateway of the register.',
    ...(first.length > 0 && { examples: first }),
  }
}

function nameOf(file: string): string {
  return file.replace(/\.[a-z]+$/, '')
}
