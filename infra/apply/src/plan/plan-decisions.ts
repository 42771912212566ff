import {
  type AssessedScope,
  assessedScopeOf,
  beyondScope,
  type Decision,
  type DecisionRecord,
  decisionDigest,
  type Stream,
} from '@commonstream/schemas'
import type { Observed } from '../observe/observed.ts'
import type { Plan, Step } from './step.ts'

const NOTHING: Plan = { steps: [], refusals: [], notes: [] }

/**
 * What the record of decisions lacks. A decision that was recorded must stand in the repository as it was, and a stream
 * must stay within what its last approval covered: whoever changes the past, or collects more without a decision, is refused.
 * @param now machine's time, epoch ms
 */
export function planDecisions(stream: Stream, observed: Pick<Observed, 'decisions'>, now: number): Plan {
  const { topic, table } = observed.decisions
  const recorded = [...merged(stream.name, topic, table).values()].sort((a, b) => a.number - b.number)
  const refusals = [...pastRefusals(stream, recorded), ...chainRefusals(stream, recorded)]
  if (refusals.length > 0) return { ...NOTHING, refusals }
  const fresh = recordsOf(stream, recorded, now)
  const beyond = scopeRefusals(stream, recorded, fresh)
  if (beyond.length > 0) return { ...NOTHING, refusals: beyond }
  const lacking = (known: readonly DecisionRecord[]) => {
    const there = new Set(known.filter((r) => r.stream === stream.name).map((r) => r.digest))
    return [...recorded, ...fresh].filter((r) => !there.has(r.digest))
  }
  const steps: Step[] = []
  if (lacking(topic).length > 0) steps.push({ do: 'record decisions', stream: stream.name, records: lacking(topic) })
  if (lacking(table).length > 0) steps.push({ do: 'show decisions', stream: stream.name, records: lacking(table) })
  return { ...NOTHING, steps }
}

/** By digest; of equal decisions the one that was recorded first. */
function merged(stream: string, ...lists: (readonly DecisionRecord[])[]): Map<string, DecisionRecord> {
  const records = new Map<string, DecisionRecord>()
  for (const record of lists.flat().filter((r) => r.stream === stream)) {
    const known = records.get(record.digest)
    if (known === undefined || record.recorded < known.recorded) records.set(record.digest, record)
  }
  return records
}

function pastRefusals({ name, decisions }: Stream, recorded: readonly DecisionRecord[]): string[] {
  return recorded.flatMap((record) => {
    const written = decisions[record.number - 1]
    if (written !== undefined && inWords(written) === inWords(record)) return []
    const is = written === undefined ? 'is no longer there' : `is now: ${inWords(written)}`
    return [
      `${name}: decision ${record.number} was recorded on ${record.recorded.slice(0, 10)} as "${inWords(record)}" and ${is}. ` +
        `The record is only added to: let streams/${name}/decisions.yaml begin with what was recorded, and add a line for what is decided now.`,
    ]
  })
}

/** Kafka and the store each hold the record: where they differ, somebody wrote to one of them. */
function chainRefusals({ name }: Stream, recorded: readonly DecisionRecord[]): string[] {
  const whole = recorded.every((record, i) => record.number === i + 1 && record.previous === (recorded[i - 1]?.digest ?? ''))
  if (whole) return []
  return [
    `${name}: the record of its decisions is not whole: the topic city.decisions and the table of that name do not make one chain. Restore them from a backup.`,
  ]
}

function recordsOf(stream: Stream, recorded: readonly DecisionRecord[], now: number): DecisionRecord[] {
  const records = [...recorded]
  for (const decision of stream.decisions.slice(recorded.length)) {
    const number = records.length + 1
    const previous = records.at(-1)?.digest ?? ''
    const covers = decision.decision === 'approved' || decision.decision === 'changed'
    const scope: AssessedScope = covers ? assessedScopeOf(stream) : (records.at(-1)?.scope ?? assessedScopeOf(stream))
    const digest = decisionDigest(stream.name, number, decision, previous)
    records.push({ stream: stream.name, number, ...decision, scope, recorded: new Date(now).toISOString(), previous, digest })
  }
  return records.slice(recorded.length)
}

function scopeRefusals(stream: Stream, recorded: readonly DecisionRecord[], fresh: readonly DecisionRecord[]): string[] {
  const last = [...recorded, ...fresh].at(-1)
  // What was withdrawn is not ingested: it may be described anew before it is approved again.
  if (last === undefined || last.decision === 'withdrawn') return []
  const beyond = beyondScope(last.scope, assessedScopeOf(stream))
  if (beyond.length === 0) return []
  return [
    `${stream.name} goes beyond what ${last.by} approved on ${last.on}: ${beyond.join('; ')}. ` +
      `If it was approved, say so at the end of streams/${stream.name}/decisions.yaml: - { decision: changed, on: <day>, by: <who>, reason: <why> }` +
      (recorded.length + fresh.length > 1 ? '' : `; its first line is - ${inWords(last)}`),
  ]
}

/** A decision as a line of `decisions.yaml`. */
function inWords({ decision, on, by, reference, review, reason }: Decision): string {
  const parts = Object.entries({ decision, on, by: quoted(by), reference, review, reason: reason && quoted(reason) })
  return `{ ${parts.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`])).join(', ')} }`
}

function quoted(text: string): string {
  return /^[A-Za-z][\w .()-]*$/.test(text) ? text : JSON.stringify(text)
}
