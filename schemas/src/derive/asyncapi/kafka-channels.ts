import type { City, Stream } from '../../contract/stream.ts'
import { foldDocumentSchema } from '../parse-fold-document.ts'
import {
  ALERTS_TOPIC,
  DECISIONS_TOPIC,
  DOCUMENTS_TOPIC,
  eventsTopic,
  INTERNAL_ALERTS_TOPIC,
  QUARANTINE_TOPIC,
  REPLAYS_TOPIC,
  windowsTopic,
} from '../names.ts'
import { type TopicSpec, topicsOf } from '../topics.ts'
import type { Channel } from './async-api-of.ts'

/** What the document says of a topic besides its settings. */
interface About {
  readonly title: string
  readonly description: string
  readonly key: string
  readonly messages: Readonly<Record<string, object>>
}

const AVRO = 'application/vnd.apache.avro;version=1.9.0'

/**
 * A channel for each topic that `make apply` creates.
 * @throws Error for a topic that nothing is said about: it would be missing in the document
 */
export function kafkaChannels(city: City): Channel[] {
  const about = new Map([...city.streams.flatMap((stream) => ofStream(city, stream)), ...shared(city), ...RECORDS])
  return topicsOf(city).map((spec) => {
    const said = about.get(spec.name)
    if (said === undefined) throw new Error(`The AsyncAPI document says nothing of the topic ${spec.name}`)
    return channelOf(spec, said)
  })
}

function channelOf({ name, partitions, config }: TopicSpec, { title, description, key, messages }: About): Channel {
  const number = (setting: string) => (config[setting] === undefined ? {} : { [setting]: Number(config[setting]) })
  const topicConfiguration = {
    'cleanup.policy': (config['cleanup.policy'] ?? 'delete').split(','),
    ...number('retention.ms'),
    ...number('retention.bytes'),
  }
  const keyed = { kafka: { key: { type: 'string', description: key }, bindingVersion: '0.5.0' } }
  return {
    key: name,
    action: 'send',
    summary: title,
    channel: {
      address: name,
      title,
      description,
      servers: [{ $ref: '#/servers/kafka' }],
      messages: Object.fromEntries(Object.entries(messages).map(([of, message]) => [of, { name: of, bindings: keyed, ...message }])),
      bindings: { kafka: { topic: name, partitions, topicConfiguration, bindingVersion: '0.5.0' } },
    },
  }
}

function ofStream(city: City, stream: Stream): [string, About][] {
  const fold = { type: 'object', required: ['kind'], properties: { kind: { const: 'fold' } } }
  const versions = [...stream.versions].map(([id, schema]) => [
    id === stream.schemaId ? 'event' : `event.${id}`,
    avro(schema, id, id === stream.schemaId ? 'An event.' : 'An event in an earlier version of its schema.'),
  ])
  return [
    [
      eventsTopic(stream.name),
      {
        title: `Events of ${stream.name}`,
        description: `${stream.description} Besides events the topic holds ticks and fold markers, which have a header "kind".`,
        key: 'The sensor; null in ticks and fold markers.',
        messages: {
          ...Object.fromEntries(versions),
          tick: {
            summary: 'A bridge says up to which instant all that it received is in Kafka. No value.',
            headers: TICK,
            payload: { type: 'null' },
          },
          fold: json('A fold marker: what windows from its `from` on are made by.', foldDocumentSchema, fold),
        },
      },
    ],
    [
      windowsTopic(stream.name),
      {
        title: `Closed windows of ${stream.name}`,
        description: 'One record per sensor and window; of equal keys the highest `rev` counts.',
        key: 'sensor|start|size, in epoch ms and ms.',
        messages: { window: topicMessage(city, 'windows', 'A closed window.') },
      },
    ],
  ]
}

const TICK = {
  type: 'object',
  required: ['kind', 'bridge', 'asOf'],
  properties: {
    kind: { const: 'tick' },
    bridge: { type: 'string' },
    asOf: { type: 'string', pattern: '^\\d+$', description: 'Epoch ms.' },
  },
}

/** What consumers read of the whole city. */
function shared(city: City): [string, About][] {
  const alert = topicMessage(city, 'alerts', 'An alert fires or is resolved.')
  const subject = 'The sensor.'
  return [
    [ALERTS_TOPIC, { title: 'Alerts', description: 'Consumers drop an alertId that they have seen.', key: subject, messages: { alert } }],
    [
      INTERNAL_ALERTS_TOPIC,
      {
        title: 'Internal alerts',
        description: 'Alerts that were judged by exact values, and what operators must know.',
        key: subject,
        messages: { alert },
      },
    ],
    [
      QUARANTINE_TOPIC,
      {
        title: 'Refused messages',
        description: 'What was refused, where and why; bytes only where they may be kept.',
        key: 'The stream.',
        messages: { refused: topicMessage(city, 'quarantine', 'A refused message.') },
      },
    ],
  ]
}

/** The city's own records, as JSON: `apply` and `make replay` write them, and people read them. */
const RECORDS: readonly [string, About][] = [
  [
    DECISIONS_TOPIC,
    {
      title: 'Decisions',
      description: 'Every decision about a stream, each with the digest of the one before.',
      key: 'stream|number.',
      messages: { decision: json('A decision.', objectOf('stream', 'number', 'decision', 'on', 'by', 'recorded', 'previous', 'digest')) },
    },
  ],
  [
    DOCUMENTS_TOPIC,
    {
      title: 'Fold documents',
      description: 'Every fold document that was put into a log, as `apply` wrote it down.',
      key: 'stream|number.',
      messages: {
        document: json('A fold document and where its markers are.', objectOf('stream', 'number', 'state', 'starts', 'document')),
      },
    },
  ],
  [
    REPLAYS_TOPIC,
    {
      title: 'Replays of refused messages',
      description: 'Which quarantined messages were sent again.',
      key: 'The place of the message.',
      messages: { replay: json('When it was sent again.', { type: 'object' }) },
    },
  ],
]

function objectOf(...required: readonly string[]): object {
  return { type: 'object', required, properties: Object.fromEntries(required.map((name) => [name, {}])) }
}

function topicMessage(city: City, topic: string, summary: string): object {
  const { avro: schema, schemaId } = city.topics.get(topic) as { avro: object; schemaId: number }
  return avro(schema, schemaId, summary)
}

function avro(schema: object, schemaId: number, summary: string): object {
  return { summary, contentType: 'application/vnd.confluent.avro', 'x-schema-id': schemaId, payload: { schemaFormat: AVRO, schema } }
}

function json(summary: string, payload: object, headers?: object): object {
  return { summary, contentType: 'application/json', ...(headers && { headers }), payload }
}
