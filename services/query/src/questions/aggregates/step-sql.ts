import type { Run } from '../steps.ts'

/** SQL that finds the step (seconds) of a window that starts at `start`; 0 before the first step. */
export interface StepSql {
  /** Expressions for WITH, each ending in a comma. */
  readonly definitions: string
  readonly step: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Steps as runs of equal length. Mostly there is one run, which costs the store half of what several do: these occur
 * where local days or hours meet a change of the clock.
 */
export function stepSql(runs: readonly Run[]): StepSql {
  const [first, ...others] = runs
  if (first === undefined) throw new RangeError('no steps, no question')
  const before = 'start < {first:UInt32}'
  if (others.length === 0) {
    const step = `if(${before}, 0, {first:UInt32} + intDiv(start - {first:UInt32}, {length:UInt32}) * {length:UInt32})`
    return { definitions: '', step, params: { first: first.start, length: first.length } }
  }
  return {
    definitions: `toUInt32(roundDown(start, {starts:Array(UInt32)})) AS run_start,
  transform(run_start, {starts:Array(UInt32)}, {lengths:Array(UInt32)}, toUInt32(1)) AS run_length, `,
    step: `if(${before}, 0, run_start + intDiv(start - run_start, run_length) * run_length)`,
    params: { first: first.start, starts: runs.map((run) => run.start), lengths: runs.map((run) => run.length) },
  }
}
