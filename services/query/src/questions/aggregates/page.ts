import { type Step, stepsBetween } from '../steps.ts'
import { type Group, groupAt } from './groups.ts'
import type { AggregateRequest } from './request.ts'

/** The place of a row: the start of its step (epoch ms) and the key of its group. */
export type RowPlace = readonly [step: number, group: string]

/** A cell of the grid: one row of the answer, whether or not there are data. */
export interface Cell {
  readonly step: Step
  readonly group: Group
}

/** Some cells of a request in order: step by step, in each step group by group. */
export interface Page {
  readonly cells: readonly Cell[]
  readonly steps: readonly Step[]
  /** The last cell's place if cells follow. */
  readonly next: RowPlace | null
}

/** The first `limit` cells after a place (null: from the beginning). Groups must be in the order of their keys. */
export function pageOf(
  request: Pick<AggregateRequest, 'range' | 'every' | 'zone' | 'by'>,
  groups: readonly Group[],
  after: RowPlace | null,
  limit: number,
): Page {
  const cells: Cell[] = []
  const steps: Step[] = []
  const from = after === null ? request.range.from : after[0]
  for (const step of stepsBetween(from, request.range.to, request.every, request.zone)) {
    const rest = after !== null && step.start <= after[0] ? groups.filter((group) => group.key > after[1]) : groups
    for (const group of rest) {
      const last = cells.at(-1)
      if (cells.length >= limit && last !== undefined) return { cells, steps, next: [last.step.start, last.group.key] }
      if (steps.at(-1) !== step) steps.push(step)
      cells.push({ step, group: groupAt(group, request.by, step.start) })
    }
  }
  return { cells, steps, next: null }
}
