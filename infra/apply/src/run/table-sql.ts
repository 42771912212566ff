import { type Column, DATABASE } from '@commonstream/schemas'
import type { Step } from '../plan/step.ts'

const WHAT = ['create database', 'create table', 'add columns', 'widen columns', 'sort by more', 'set expiry', 'set view'] as const

/** A step about the store's database, tables and views. */
export type TableStep = Extract<Step, { readonly do: (typeof WHAT)[number] }>

/** Whether a step is one of the store's, which `tableSql` writes. */
export function isTableStep(step: Step): step is TableStep {
  return (WHAT as readonly string[]).includes(step.do)
}

/** The statement that a step about tables is. */
export function tableSql(step: TableStep): string {
  switch (step.do) {
    case 'create database':
      return `CREATE DATABASE IF NOT EXISTS ${DATABASE}`
    case 'create table':
      return step.table.ddl
    case 'add columns':
      return alter(
        step.table,
        each(step.columns, (c) => `ADD COLUMN IF NOT EXISTS \`${c.name}\` ${c.type}${c.extra === undefined ? '' : ` ${c.extra}`}`),
      )
    case 'widen columns':
      return alter(
        step.table,
        each(step.columns, (c) => `MODIFY COLUMN \`${c.name}\` ${c.type}`),
      )
    case 'sort by more': {
      const key = step.orderBy.map((name) => `\`${name}\``).join(', ')
      return alter(step.table, `${each(step.columns, (c) => `ADD COLUMN \`${c.name}\` ${c.type}`)}, MODIFY ORDER BY (${key})`)
    }
    case 'set expiry':
      return alter(step.table, step.ttl === null ? 'REMOVE TTL' : `MODIFY TTL ${step.ttl}`)
    case 'set view':
      return `${step.view.ddl}\nCOMMENT '${step.hash}'`
  }
}

function alter(table: string, change: string): string {
  return `ALTER TABLE ${DATABASE}.\`${table}\` ${change}`
}

function each(
  columns: readonly Pick<Column, 'name' | 'type' | 'extra'>[],
  write: (column: Pick<Column, 'name' | 'type' | 'extra'>) => string,
): string {
  return columns.map(write).join(', ')
}
