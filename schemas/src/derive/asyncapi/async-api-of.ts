import type { City } from '../../contract/stream.ts'
import { kafkaChannels } from './kafka-channels.ts'
import { mqttChannels } from './mqtt-channels.ts'

/** A channel of the document, with the key that operations refer to it by. */
export interface Channel {
  readonly key: string
  /** What this city does there: takes what others send, or sends what others take. */
  readonly action: 'receive' | 'send'
  readonly summary: string
  /** As AsyncAPI has it. */
  readonly channel: { readonly address: string; readonly messages: Readonly<Record<string, object>>; readonly [more: string]: unknown }
  /** Of the operation. */
  readonly bindings?: object
}

/**
 * The AsyncAPI 3.0 document of a city: every MQTT topic that sensors publish to and every Kafka topic that `make apply`
 * creates, and nothing else. Payloads in Kafka are Avro, those of MQTT JSON Schema where the codec is `json`.
 */
export function asyncApiOf(city: City): Record<string, unknown> {
  const channels = [...mqttChannels(city), ...kafkaChannels(city)]
  return {
    asyncapi: '3.0.0',
    info: {
      title: `${city.name}: topics`,
      version: '1.0.0',
      description:
        'Where sensors publish (MQTT) and what consumers read (Kafka). Values in Kafka are Avro, framed as the Confluent registry does: ' +
        'a zero byte, the schema id as int32 big-endian, the binary. /schemas/ids/{id} of the query service serves each schema.',
      contact: { name: city.publisher.name, ...contactOf(city.publisher.contact) },
      license: { name: city.licence },
    },
    defaultContentType: 'application/json',
    servers: serversOf(new URL(city.baseUrl).hostname),
    channels: Object.fromEntries(channels.map(({ key, channel }) => [key, channel])),
    operations: Object.fromEntries(
      channels.map(({ key, action, summary, channel, bindings }) => [
        `${action}-${key}`,
        {
          action,
          summary,
          channel: { $ref: `#/channels/${key}` },
          messages: Object.keys(channel.messages).map((name) => ({ $ref: `#/channels/${key}/messages/${name}` })),
          ...(bindings && { bindings }),
        },
      ]),
    ),
  }
}

/** Ports are the defaults of `services/runtime`; an operator's own stand in the variables. */
function serversOf(host: string): object {
  const variables = (port: string) => ({
    host: { default: host, description: 'Where it is reached.' },
    port: { default: port, description: 'Its port; CITY_PORT_OFFSET shifts it.' },
  })
  return {
    mqtt: {
      host: '{host}:{port}',
      protocol: 'mqtt',
      protocolVersion: '5.0',
      description: 'MQTT 5 and 3.1.1, to publish only: a PUBACK means that Kafka has the event.',
      variables: variables('1883'),
    },
    kafka: { host: '{host}:{port}', protocol: 'kafka', description: 'Events, windows, alerts.', variables: variables('9092') },
  }
}

function contactOf(contact: string): object {
  return contact.startsWith('mailto:') ? { email: contact.slice('mailto:'.length) } : { url: contact }
}
