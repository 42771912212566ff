import { type FoldDocument, type Stream, type TopicSpec, eventsTopic, foldDocumentOf, groupOf, serviceSpan } from '@commonstream/schemas'
import { isDeepStrictEqual } from 'node:util'
import type { DocumentRecord } from '@commonstream/schemas'
import type { Observed } from '../observe/observed.ts'
import { SKEW_MARGIN_MS, boundaryAfter } from './boundary.ts'
import { documentRefusals } from './document-refusals.ts'
import { planTopic } from './plan-topics.ts'
import type { Plan, Step } from './step.ts'

interface Context {
  readonly stream: Stream
  readonly spec: TopicSpec
  readonly replication: number
  readonly observed: Observed
  /** The machine's time: append times are, even in a replay. */
  readonly now: number
  /** In a replay the days of sensors that were removed since come again. */
  readonly replay?: boolean
}

/**
 * What a stream's log lacks: its topic, the fold document's markers and the group's first offset. The document is
 * recorded before the first marker and closed after the last, so nothing is appended twice.
 */
export function planDocument(context: Context): Plan {
  const { stream, spec, replication, observed } = context
  const topic = observed.topics.get(spec.name)
  const creation = planTopic(spec, replication, topic)
  if (creation.refusals.length > 0) return creation
  const records = observed.documents.get(stream.name) ?? []
  if (topic === undefined || topic.untouched) return { ...creation, steps: first(context, records, creation.steps) }
  const last = records.at(-1)
  if (last === undefined) return { ...creation, refusals: [unknownPast(stream, spec)] }
  const refusals = documentRefusals(
    stream,
    records.map((r) => r.document),
  )
  if (refusals.length > 0) return { ...creation, refusals }
  return {
    ...creation,
    steps: [...creation.steps, ...(last.state === 'begun' ? finish(context, records, last) : change(context, records))],
  }
}

/** The document as the contract stands: of a protected stream, with the sensors that were not removed by now. */
function wantedOf({ stream, now, replay = false }: Context): FoldDocument {
  const document = foldDocumentOf(stream, null)
  if (document.sensors === null || replay) return document
  const gone = new Set(stream.sensors.filter((s) => (serviceSpan(s, stream.time.zone)?.until ?? now + 1) <= now).map((s) => s.id))
  return { ...document, sensors: document.sensors.filter((id) => !gone.has(id)) }
}

/** A log without a record gets its first document, in force from the beginning. */
function first(context: Context, records: readonly DocumentRecord[], creation: readonly Step[]): Step[] {
  const { stream, spec, observed } = context
  const document = wantedOf(context)
  const begun = records.findLast((r) => r.state === 'begun' && isDeepStrictEqual(r.document, document))
  const partitions = range(spec.partitions)
  const record = begun ?? {
    stream: stream.name,
    number: (records.at(-1)?.number ?? 0) + 1,
    state: 'begun',
    starts: partitions.map(() => '0'),
    document,
  }
  const uncommitted = observed.uncommitted.get(groupOf(stream.name)) ?? partitions
  return [...(begun === undefined ? [recorded(record, true)] : []), ...creation, ...markers(record, partitions, uncommitted)]
}

/** A document that an interrupted run began: the partitions that lack it get it, if there is still time before it is in force. */
function finish(context: Context, records: readonly DocumentRecord[], begun: DocumentRecord): Step[] {
  const { stream, spec, observed, now } = context
  const marked = observed.marked.get(stream.name) ?? new Set()
  const missing = range(spec.partitions).filter((p) => !marked.has(p))
  const { from, aheadMs } = begun.document
  if (missing.length > 0 && from !== null && from <= now + aheadMs + SKEW_MARGIN_MS) {
    const abandoned: DocumentRecord = { ...begun, state: 'abandoned' }
    return [recorded(abandoned, false), ...change(context, [...records.slice(0, -1), abandoned])]
  }
  const uncommitted = observed.uncommitted.get(groupOf(stream.name)) ?? []
  const done: DocumentRecord = { ...begun, state: 'done' }
  return [...markers(begun, missing, from === null ? uncommitted : []), ...change(context, [...records.slice(0, -1), done])]
}

/** A document that says other things than the last one is in force from a boundary that both have, some minutes ahead. */
function change(context: Context, records: readonly DocumentRecord[]): Step[] {
  const { stream, observed, spec, now } = context
  const last = records.at(-1)!
  const wanted = wantedOf(context)
  if (last.state === 'done' && isDeepStrictEqual({ ...last.document, from: null }, wanted)) return []
  // Of abandoned documents some partition may have the marker: they count as predecessors too.
  const before = records.slice(records.findLastIndex((r) => r.state === 'done'))
  const after = Math.max(
    now + wanted.aheadMs + SKEW_MARGIN_MS,
    ...before.map((r) => r.document.from ?? 0),
    policyStart(wanted, last.document),
  )
  const from = boundaryAfter(after, [wanted.sizeMs, ...before.map((r) => r.document.sizeMs)])
  const starts = observed.topics.has(spec.name) ? [] : range(spec.partitions).map(() => '0')
  const record: DocumentRecord = { stream: stream.name, number: last.number + 1, state: 'begun', starts, document: { ...wanted, from } }
  return [recorded(record, true), ...markers(record, range(spec.partitions), [])]
}

/** A new disclosure policy is in force at its own date, never earlier. */
function policyStart(wanted: FoldDocument, last: FoldDocument): number {
  const isNew = wanted.disclosure !== null && wanted.disclosure.policy !== last.disclosure?.policy
  return isNew ? wanted.disclosure.from - 1 : 0
}

function recorded(record: DocumentRecord, fresh: boolean): Step {
  return { do: 'record document', record, fresh }
}

function markers(record: DocumentRecord, partitions: readonly number[], uncommitted: readonly number[]): Step[] {
  const { stream } = record
  const steps: Step[] = []
  if (partitions.length > 0) steps.push({ do: 'append marker', record, partitions })
  if (uncommitted.length > 0)
    steps.push({ do: 'commit start', group: groupOf(stream), topic: eventsTopic(stream), partitions: uncommitted })
  return [...steps, { do: 'close document', record }]
}

function unknownPast(stream: Stream, spec: TopicSpec): string {
  return (
    `${spec.name} holds records, but city.documents knows no fold document of ${stream.name}. ` +
    'Either somebody else wrote to the topic, or city.documents was lost: restore it from a backup, or delete the topic and its tables to begin anew.'
  )
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}
