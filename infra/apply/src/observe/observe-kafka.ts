import { readRecords } from '@commonstream/runtime'
import { DECISIONS_TOPIC, type DecisionRecord, DOCUMENTS_TOPIC, eventsTopic, groupOf } from '@commonstream/schemas'
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { type DocumentRecord, documentBytes, parseDocumentRecord } from '@commonstream/schemas'
import { decisionsOfTopic } from './observe-decisions.ts'
import type { Observed, ObservedTopic } from './observed.ts'

type KafkaState = Pick<Observed, 'topics' | 'documents' | 'marked' | 'uncommitted'> & {
  readonly decisionRecords: readonly DecisionRecord[]
}

/**
 * The topics with their settings, the documents put into logs so far, and what an interrupted run left undone.
 * @param newGroup names a consumer group that nobody has used
 */
export async function observeKafka(
  kafka: Kafka,
  admin: Admin,
  wanted: { topics: readonly string[]; streams: readonly string[] },
  newGroup: () => string,
): Promise<KafkaState> {
  const existing = (await admin.listTopics()).filter((topic) => wanted.topics.includes(topic))
  const topics = await observeTopics(admin, existing)
  const records = topics.has(DOCUMENTS_TOPIC) ? await readRecords({ kafka, admin, topic: DOCUMENTS_TOPIC, group: newGroup() }) : []
  const documents = byStream(records.flatMap(({ message }) => (message.value === null ? [] : parseDocumentRecord(message.value))))
  const marked = new Map<string, Set<number>>()
  const uncommitted = new Map<string, number[]>()
  for (const stream of wanted.streams.filter((name) => topics.has(eventsTopic(name)))) {
    const begun = documents.get(stream)?.findLast((record) => record.state === 'begun')
    if (begun !== undefined) marked.set(stream, await markedPartitions(kafka, admin, begun, newGroup()))
    uncommitted.set(groupOf(stream), await partitionsWithoutCommit(admin, groupOf(stream), eventsTopic(stream)))
  }
  const decisionRecords = topics.has(DECISIONS_TOPIC) ? await decisionsOfTopic(kafka, admin, newGroup()) : []
  return { topics, documents, marked, uncommitted, decisionRecords }
}

async function observeTopics(admin: Admin, names: readonly string[]): Promise<Map<string, ObservedTopic>> {
  const topics = new Map<string, ObservedTopic>()
  if (names.length === 0) return topics
  const metadata = await admin.fetchTopicMetadata({ topics: [...names] })
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  })
  for (const { name, partitions } of metadata.topics) {
    const entries = configs.resources.find((r) => r.resourceName === name)?.configEntries ?? []
    const offsets = await admin.fetchTopicOffsets(name)
    topics.set(name, {
      partitions: partitions.length,
      replication: Math.min(...partitions.map((p) => p.replicas.length)),
      config: Object.fromEntries(entries.filter((e) => isSetOnTopic(e)).map((e) => [e.configName, e.configValue])),
      untouched: offsets.every((o) => o.high === '0'),
    })
  }
  return topics
}

/** Of a topic's settings, those set on the topic itself (source 1 in Kafka's DescribeConfigs). */
function isSetOnTopic(entry: object): boolean {
  return (entry as { configSource?: number }).configSource === 1
}

function byStream(records: readonly DocumentRecord[]): Map<string, DocumentRecord[]> {
  const latest = new Map(records.map((record) => [`${record.stream}|${record.number}`, record]))
  const streams = new Map<string, DocumentRecord[]>()
  for (const record of [...latest.values()].sort((a, b) => a.number - b.number))
    streams.set(record.stream, [...(streams.get(record.stream) ?? []), record])
  return streams
}

async function markedPartitions(kafka: Kafka, admin: Admin, begun: DocumentRecord, group: string): Promise<Set<number>> {
  const bytes = documentBytes(begun.document)
  const records = await readRecords({ kafka, admin, topic: eventsTopic(begun.stream), group, starts: begun.starts })
  const markers = records.filter(({ message }) => String(message.headers?.['kind'] ?? '') === 'fold' && message.value?.equals(bytes))
  return new Set(markers.map((m) => m.partition))
}

async function partitionsWithoutCommit(admin: Admin, groupId: string, topic: string): Promise<number[]> {
  const [fetched] = await admin.fetchOffsets({ groupId, topics: [topic] })
  return (fetched?.partitions ?? []).filter((p) => Number(p.offset) < 0).map((p) => p.partition)
}
