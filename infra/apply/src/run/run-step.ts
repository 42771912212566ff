import { CityError } from '@commonstream/runtime'
import { DATABASE, DECISIONS_TOPIC, DOCUMENTS_TOPIC, eventsTopic } from '@commonstream/schemas'
import kafkajs, { type Admin, type Producer } from 'kafkajs'
import type { Clients } from '../clients.ts'
import { type DocumentRecord, documentBytes, documentKey } from '@commonstream/schemas'
import { decisionRow } from '../observe/observe-decisions.ts'
import { SKEW_MARGIN_MS } from '../plan/boundary.ts'
import type { Step } from '../plan/step.ts'
import { commitStart } from './commit-start.ts'
import { createTopic } from './create-topic.ts'
import { isTableStep, tableSql } from './table-sql.ts'

export interface Hands extends Clients {
  readonly admin: Admin
  readonly producer: Producer
}

/** Does one step. Whatever it throws, a new plan finds out how far it came. */
export async function runStep(step: Step, hands: Hands): Promise<void> {
  const { admin, store } = hands
  if (isTableStep(step)) return void (await store.command({ query: tableSql(step) }))
  switch (step.do) {
    case 'create topic':
      return createTopic(admin, step.topic, step.replication)
    case 'set config':
      return setConfig(admin, step)
    case 'fill sensors':
      return void (await store.insert({ table: `${DATABASE}.sensors`, values: [...step.rows], format: 'JSONEachRow' }))
    case 'record decisions':
      return void (await hands.producer.send({
        topic: DECISIONS_TOPIC,
        acks: -1,
        messages: step.records.map((record) => ({ key: `${record.stream}|${record.number}`, value: JSON.stringify(record) })),
      }))
    case 'show decisions':
      return void (await store.insert({ table: `${DATABASE}.decisions`, values: step.records.map(decisionRow), format: 'JSONEachRow' }))
    case 'record document':
      return recordDocument(step.record, step.fresh, hands)
    case 'append marker':
      return appendMarkers(step.record, step.partitions, hands.producer)
    case 'commit start':
      return commitStart(hands, step)
    case 'close document':
      return writeRecord({ ...step.record, state: 'done' }, hands.producer)
  }
}

async function setConfig(admin: Admin, { topic, config }: Extract<Step, { do: 'set config' }>): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  })
}

/** Of a document that begins now, the ends of the log are noted: an interrupted run looks for its markers behind them. */
async function recordDocument(record: DocumentRecord, fresh: boolean, { admin, producer }: Hands): Promise<void> {
  if (!fresh || record.starts.length > 0) return writeRecord(record, producer)
  const offsets = await admin.fetchTopicOffsets(eventsTopic(record.stream))
  const starts = [...offsets].sort((a, b) => a.partition - b.partition).map((o) => o.high)
  return writeRecord({ ...record, starts }, producer)
}

async function writeRecord(record: DocumentRecord, producer: Producer): Promise<void> {
  await producer.send({ topic: DOCUMENTS_TOPIC, acks: -1, messages: [{ key: documentKey(record), value: JSON.stringify(record) }] })
}

async function appendMarkers(record: DocumentRecord, partitions: readonly number[], producer: Producer): Promise<void> {
  const topic = eventsTopic(record.stream)
  const { from, aheadMs } = record.document
  for (const partition of partitions) {
    // One send per partition: kafkajs repeats a send to several leaders under new sequence numbers.
    const [sent] = await producer.send({
      topic,
      acks: -1,
      messages: [{ partition, key: null, value: documentBytes(record.document), headers: { kind: 'fold' } }],
    })
    const appended = Number(sent?.logAppendTime ?? -1)
    if (appended < 0)
      throw new CityError('NOT_STAMPED', `${topic} is not stamped by the broker (message.timestamp.type must be LogAppendTime)`)
    if (from !== null && appended + aheadMs + SKEW_MARGIN_MS / 2 >= from) {
      throw new CityError(
        'MARKER_LATE',
        `${topic}[${partition}] got its marker at ${new Date(appended).toISOString()}, too near to ${new Date(from).toISOString()}, when it is in force; run apply again`,
        { sort: 'world' },
      )
    }
  }
}
