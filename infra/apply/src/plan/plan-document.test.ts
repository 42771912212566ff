import { type Stream, eventsTopic, foldDocumentOf, groupOf, topicsOf } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import type { DocumentRecord } from '@commonstream/schemas'
import type { Observed, ObservedTopic } from '../observe/observed.ts'
import { observed } from './observed-fixture.ts'
import { planDocument } from './plan-document.ts'
import type { Step } from './step.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

const city = await twoStreams()
const pedestrians = city.streams.find((s) => s.name === 'pedestrian-counts')!
const spec = topicsOf(city).find((t) => t.name === eventsTopic('pedestrian-counts'))!
const topic = (more: Partial<ObservedTopic> = {}): ObservedTopic => ({
  partitions: 4,
  replication: 1,
  untouched: false,
  config: { ...spec.config, 'min.insync.replicas': '1' },
  ...more,
})
const record = (more: Partial<DocumentRecord> = {}): DocumentRecord => ({
  stream: 'pedestrian-counts',
  number: 1,
  state: 'done',
  starts: ['0', '0', '0', '0'],
  document: foldDocumentOf(pedestrians, null),
  ...more,
})

// 10:07; ahead is 5 minutes and the margin one: the first boundary of 15 minutes after 10:13 is 10:15.
const NOW = Date.UTC(2026, 10, 25, 10, 7)
const at = (hour: number, minute: number) => Date.UTC(2026, 10, 25, hour, minute)

interface Found {
  readonly topic?: ObservedTopic
  readonly records?: readonly DocumentRecord[]
  readonly marked?: readonly number[]
  readonly uncommitted?: readonly number[]
}

function planOf(stream: Stream, found: Found, now = NOW) {
  const state: Partial<Observed> = {
    topics: new Map(found.topic ? [[spec.name, found.topic]] : []),
    documents: new Map([[stream.name, found.records ?? []]]),
    marked: new Map([[stream.name, new Set(found.marked ?? [])]]),
    ...(found.topic && { uncommitted: new Map([[groupOf(stream.name), found.uncommitted ?? []]]) }),
  }
  return planDocument({ stream, spec, replication: 1, observed: observed(state), now })
}

/** Steps in short: what is done, with which document, to which partitions. */
function brief(steps: readonly Step[]): string[] {
  return steps.map((step) => {
    if (step.do === 'record document') return `record ${step.record.number} ${step.record.state} from ${from(step.record)}`
    if (step.do === 'append marker') return `mark ${step.record.number} on ${step.partitions.join('')}`
    if (step.do === 'commit start') return `commit ${step.partitions.join('')}`
    if (step.do === 'close document') return `close ${step.record.number}`
    return step.do
  })
}
const from = ({ document }: DocumentRecord) =>
  document.from === null ? 'the beginning' : new Date(document.from).toISOString().slice(11, 16)
const FIRST = ['record 1 begun from the beginning', 'create topic', 'mark 1 on 0123', 'commit 0123', 'close 1']

test('a new stream gets its first document, in force from the beginning, and offset 0', () => {
  expect(brief(planOf(pedestrians, {}).steps)).toEqual(FIRST)
})

test('a stream as it should be needs nothing', () => {
  expect(planOf(pedestrians, { topic: topic(), records: [record()] })).toEqual({ steps: [], refusals: [], notes: [] })
})

test('an interrupted first run is finished, wherever it stopped', () => {
  const begun = [record({ state: 'begun' })]
  const after = (found: Found) => brief(planOf(pedestrians, { records: begun, ...found }).steps)
  expect(after({})).toEqual(FIRST.slice(1))
  expect(after({ topic: topic({ untouched: true }), uncommitted: [0, 1, 2, 3] })).toEqual(FIRST.slice(2))
  expect(after({ topic: topic(), marked: [0, 2], uncommitted: [0, 1, 2, 3] })).toEqual(['mark 1 on 13', 'commit 0123', 'close 1'])
  expect(after({ topic: topic(), marked: [0, 1, 2, 3], uncommitted: [3] })).toEqual(['commit 3', 'close 1'])
  expect(after({ topic: topic(), marked: [0, 1, 2, 3] })).toEqual(['close 1'])
})

test('a missing offset of a log that is in use is not made up', () => {
  expect(planOf(pedestrians, { topic: topic(), records: [record()], uncommitted: [2] }).steps).toEqual([])
})

const slower: Stream = { ...pedestrians, time: { ...pedestrians.time, latenessMs: 900_000 } }

test('a changed contract is in force from the next common boundary after ahead and skew', () => {
  const { steps } = planOf(slower, { topic: topic(), records: [record()] })
  expect(brief(steps)).toEqual(['record 2 begun from 10:15', 'mark 2 on 0123', 'close 2'])
  expect(brief(planOf(slower, { topic: topic(), records: [record()] }, at(10, 9)).steps)[0]).toBe('record 2 begun from 10:30')
})

test('a changed window begins where both sizes do', () => {
  const hourly: Stream = { ...pedestrians, window: { sizeMs: 3_600_000 } }
  expect(brief(planOf(hourly, { topic: topic(), records: [record()] }).steps)[0]).toBe('record 2 begun from 11:00')
  const twelve: Stream = { ...pedestrians, window: { sizeMs: 720_000 } }
  expect(brief(planOf(twelve, { topic: topic(), records: [record()] }).steps)[0]).toBe('record 2 begun from 11:00')
})

test('two changes in a row follow each other', () => {
  const second = record({ number: 2, document: foldDocumentOf(slower, at(10, 15)) })
  expect(brief(planOf(pedestrians, { topic: topic(), records: [record(), second] }).steps)).toEqual([
    'record 3 begun from 10:30',
    'mark 3 on 0123',
    'close 3',
  ])
})

test('an interrupted change is finished while there is time', () => {
  const begun = record({ number: 2, state: 'begun', starts: ['9', '9', '9', '9'], document: foldDocumentOf(slower, at(10, 15)) })
  expect(brief(planOf(slower, { topic: topic(), records: [record(), begun], marked: [1] }).steps)).toEqual(['mark 2 on 023', 'close 2'])
})

test('one whose time is over is abandoned for the next', () => {
  const begun = record({ number: 2, state: 'begun', document: foldDocumentOf(slower, at(10, 15)) })
  expect(brief(planOf(slower, { topic: topic(), records: [record(), begun], marked: [1] }, at(10, 10)).steps)).toEqual([
    'record 2 abandoned from 10:15',
    'record 3 begun from 10:30',
    'mark 3 on 0123',
    'close 3',
  ])
  // Interrupted between the two: the abandoned one still counts as a predecessor.
  const abandoned = record({ ...begun, state: 'abandoned' })
  expect(brief(planOf(slower, { topic: topic(), records: [record(), abandoned] }, at(10, 10)).steps)).toEqual([
    'record 3 begun from 10:30',
    'mark 3 on 0123',
    'close 3',
  ])
})

test('a change that was begun is finished before the next one', () => {
  const begun = record({ number: 2, state: 'begun', document: foldDocumentOf(slower, at(10, 15)) })
  expect(brief(planOf(pedestrians, { topic: topic(), records: [record(), begun] }).steps)).toEqual([
    'mark 2 on 0123',
    'close 2',
    'record 3 begun from 10:30',
    'mark 3 on 0123',
    'close 3',
  ])
})

test('a topic made anew begins anew, whatever was before', () => {
  const { steps } = planOf(pedestrians, { records: [record(), record({ number: 2, document: foldDocumentOf(slower, at(10, 15)) })] })
  expect(brief(steps)).toEqual(['record 3 begun from the beginning', 'create topic', 'mark 3 on 0123', 'commit 0123', 'close 3'])
})

test('a log that nobody knows the documents of is refused', () => {
  expect(planOf(pedestrians, { topic: topic() }).refusals).toEqual([expect.stringMatching(/knows no fold document of pedestrian-counts/)])
})

test('a new policy waits for its date', () => {
  const disclosure = { ...pedestrians.disclosure!, policy: 2, epsilon: [1, 4] as const, from: at(23, 5) }
  expect(brief(planOf({ ...pedestrians, disclosure }, { topic: topic(), records: [record()] }).steps)[0]).toBe('record 2 begun from 23:15')
})

test('sensors added to a protected stream are a changed document', () => {
  const more: Stream = { ...pedestrians, sensors: [...pedestrians.sensors, { ...pedestrians.sensors[0]!, id: 'new' }] }
  expect(brief(planOf(more, { topic: topic(), records: [record()] }).steps)[0]).toBe('record 2 begun from 10:15')
})

/** A schema with one field more. */
const field = (avro: object, name: string, type: unknown) => {
  const { fields } = avro as { fields: object[] }
  return { ...avro, fields: [...fields, { name, type, ...(Array.isArray(type) && { default: null }) }] }
}
const versions = (id: number, avro: object) => ({ avro, versions: new Map([...pedestrians.versions, [id, avro]]) })

test('a property that comes, goes or gains an aggregate is a changed document, and the log says how to read it', () => {
  const dogs = { ...pedestrians.properties[0]!, name: 'dogs', nullable: true }
  const avro = field(pedestrians.avro, 'dogs', ['null', 'int'])
  const more: Stream = { ...pedestrians, schemaId: 11, ...versions(11, avro), properties: [...pedestrians.properties, dogs] }
  const { steps, refusals } = planOf(more, { topic: topic(), records: [record()] })
  expect([brief(steps), refusals]).toEqual([['record 2 begun from 10:15', 'mark 2 on 0123', 'close 2'], []])
  const begun = (steps[0] as Extract<Step, { do: 'record document' }>).record.document
  expect(begun.properties.map((p) => p.name)).toEqual(['direction_1', 'direction_2', 'dogs'])
  expect(begun.schemas?.map((s) => s.id)).toEqual([10, 11])

  const second = record({ number: 2, document: { ...begun, from: at(10, 0) } })
  const fewer: Stream = { ...more, properties: [dogs] }
  expect(brief(planOf(fewer, { topic: topic(), records: [record(), second] }).steps)[0]).toBe('record 3 begun from 10:15')
  const wider: Stream = { ...pedestrians, properties: pedestrians.properties.map((p) => ({ ...p, aggregates: ['sum', 'max'] as const })) }
  expect(brief(planOf(wider, { topic: topic(), records: [record()] }).steps)[0]).toBe('record 2 begun from 10:15')
})

test('a property that was retired comes back as what it was', () => {
  const without = foldDocumentOf({ ...pedestrians, properties: pedestrians.properties.slice(1) }, at(10, 0))
  const records = [record(), record({ number: 2, document: without })]
  expect(planOf(pedestrians, { topic: topic(), records }).refusals).toEqual([])
  const other: Stream = { ...pedestrians, properties: pedestrians.properties.map((p) => ({ ...p, kind: 'gauge' as const })) }
  expect(planOf(other, { topic: topic(), records }).refusals.join()).toMatch(/direction_1 was a count in 1 and would be a gauge/)
})

const REFUSED: [string, Stream, RegExp][] = [
  [
    'a resolution',
    { ...pedestrians, properties: pedestrians.properties.map((p) => ({ ...p, resolution: '10' })) },
    /property direction_1 was a count in 1 and would be a count in 10/,
  ],
  [
    'a kind',
    { ...pedestrians, properties: pedestrians.properties.map((p) => ({ ...p, kind: 'gauge' as const })) },
    /property direction_2 was a count in 1 and would be a gauge in 1/,
  ],
  [
    'a schema under its id',
    { ...pedestrians, versions: new Map([[10, field(pedestrians.avro, 'dogs', ['null', 'int'])]]) },
    /schema 10 changed under its id \(dogs is new\).* event.10.avsc/,
  ],
  [
    'a schema that is in the log',
    { ...pedestrians, schemaId: 11, versions: new Map([[11, pedestrians.avro]]) },
    /keep that schema as event.10.avsc/,
  ],
  [
    'a schema to what cannot read the log',
    { ...pedestrians, schemaId: 11, ...versions(11, field(pedestrians.avro, 'dogs', 'int')) },
    /cannot read events of schema 10: dogs is new and must be/,
  ],
  ['the protection', { ...pedestrians, disclosure: null, unprotected: 'x' }, /was protected and would become unprotected/],
  [
    'a policy under its number',
    { ...pedestrians, disclosure: { ...pedestrians.disclosure!, group: 5 } },
    /policy 1 changed under its number/,
  ],
]

test('an alert rule changes its meaning under a new version only; its words are free', () => {
  const ruled = (more: object): Stream => ({ ...pedestrians, alerts: [{ ...pedestrians.alerts[0]!, ...more }] })
  const found = { topic: topic(), records: [record()] }
  expect(planOf(ruled({ when: 'direction_1_sum > 9' }), found).refusals).toEqual([
    expect.stringMatching(/rule crowd changed under its version 1/),
  ])
  expect(planOf(ruled({ when: 'direction_1_sum > 9', version: 2 }), found).refusals).toEqual([])
  expect(brief(planOf(ruled({ title: 'Many people' }), found).steps)[0]).toBe('record 2 begun from 10:15')
})

test.each(REFUSED)('%s cannot change', (_, stream, said) => {
  const plan = planOf(stream, { topic: topic(), records: [record()] })
  expect(plan.steps).toEqual([])
  expect(plan.refusals.join('\n')).toMatch(said)
})

test('another number of partitions is refused before anything else', () => {
  expect(planOf(pedestrians, { topic: topic({ partitions: 8 }), records: [record()] })).toMatchObject({
    steps: [],
    refusals: [expect.stringMatching(/has 8 partitions/)],
  })
})
