import type { Column, TableSpec, TopicSpec, ViewSpec } from '@commonstream/schemas'
import type { DecisionRecord, DocumentRecord } from '@commonstream/schemas'
import type { SensorRow } from '../observe/observed.ts'

/** One change. Each may be done again without harm: a run that was interrupted is finished by the next. */
export type Step =
  | { readonly do: 'create database' }
  | { readonly do: 'create topic'; readonly topic: TopicSpec; readonly replication: number }
  | {
      readonly do: 'set config'
      readonly topic: string
      readonly config: Readonly<Record<string, string>>
      readonly changes: readonly string[]
    }
  | { readonly do: 'create table'; readonly table: TableSpec }
  | { readonly do: 'add columns'; readonly table: string; readonly columns: readonly Column[] }
  | { readonly do: 'widen columns'; readonly table: string; readonly columns: readonly Column[] }
  | { readonly do: 'sort by more'; readonly table: string; readonly columns: readonly Column[]; readonly orderBy: readonly string[] }
  | { readonly do: 'set expiry'; readonly table: string; readonly ttl: string | null; readonly was: string | null }
  | { readonly do: 'set view'; readonly view: ViewSpec; readonly hash: string }
  | { readonly do: 'fill sensors'; readonly stream: string; readonly rows: readonly SensorRow[] }
  /** `record`: appended to the topic; `show`: inserted into the table. */
  | { readonly do: 'record decisions' | 'show decisions'; readonly stream: string; readonly records: readonly DecisionRecord[] }
  | { readonly do: 'record document'; readonly record: DocumentRecord; readonly fresh: boolean }
  | { readonly do: 'append marker'; readonly record: DocumentRecord; readonly partitions: readonly number[] }
  | { readonly do: 'commit start'; readonly group: string; readonly topic: string; readonly partitions: readonly number[] }
  | { readonly do: 'close document'; readonly record: DocumentRecord }

export interface Plan {
  readonly steps: readonly Step[]
  /** What would need a rebuild, in plain words. With one of these nothing is done. */
  readonly refusals: readonly string[]
  /** What differs and is left to people. */
  readonly notes: readonly string[]
}

/** A step as a person reads it. */
export function stepText(step: Step): string {
  switch (step.do) {
    case 'create database':
      return 'create the database city'
    case 'create topic':
      return `create topic ${step.topic.name}: ${count(step.topic.partitions, 'partition')}, replication ${step.replication}, ${Object.entries(
        step.topic.config,
      )
        .map(([k, v]) => `${k}=${v}`)
        .join(' ')}`
    case 'set config':
      return `set on topic ${step.topic}: ${step.changes.join(', ')}`
    case 'create table':
      return `create table city.${step.table.name} (${count(step.table.columns.length, 'column')}${step.table.ttl === null ? '' : `, rows expire at ${step.table.ttl}`})`
    case 'add columns':
      return `add to table city.${step.table}: ${step.columns.map((c) => `${c.name} ${c.type}`).join(', ')}`
    case 'widen columns':
      return `let columns of table city.${step.table} be null: ${step.columns.map((c) => `${c.name} ${c.type}`).join(', ')}`
    case 'sort by more':
      return `sort table city.${step.table} by ${step.columns.map((c) => c.name).join(', ')} too`
    case 'set expiry':
      return `set on table city.${step.table}: rows ${step.ttl === null ? 'never expire' : `expire at ${step.ttl}`}${step.was === null ? '' : ` (was ${step.was})`}`
    case 'set view':
      return `set view city.${step.view.name}`
    case 'fill sensors':
      return `write ${count(step.rows.length, 'row')} about sensors of ${step.stream} into city.sensors: ${listed(step.rows.map((r) => r.sensor))}`
    case 'record decisions':
      return `record of ${step.stream}: ${step.records.map((r) => `${r.decision} on ${r.on} by ${r.by}`).join('; ')}`
    case 'show decisions':
      return `write ${count(step.records.length, 'decision')} about ${step.stream} into city.decisions`
    case 'record document':
      return `record fold document ${step.record.number} of ${step.record.stream} in city.documents (${step.record.state})`
    case 'append marker':
      return `append the marker of fold document ${step.record.number} to ${count(step.partitions.length, 'partition')} of ${step.record.stream}, in force ${force(step.record.document.from)}`
    case 'commit start':
      return `commit offset 0 for group ${step.group} on ${count(step.partitions.length, 'partition')}`
    case 'close document':
      return `record that every partition of ${step.record.stream} has fold document ${step.record.number}`
  }
}

function listed(names: readonly string[]): string {
  const few = [...new Set(names)].slice(0, 10)
  return `${few.join(', ')}${few.length < new Set(names).size ? ', …' : ''}`
}

function force(from: number | null): string {
  return from === null ? 'from the beginning' : `for windows from ${new Date(from).toISOString()}`
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
