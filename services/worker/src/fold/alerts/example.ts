import type { AlertRule, FoldDocument } from '@commonstream/schemas'
import { type Alerts, createAlerts, type Transition } from './alerts.ts'

// What the tests of this folder share.

export const MINUTE = 60_000
export const QUARTER = 15 * MINUTE

export const full: AlertRule = {
  rule: 'full',
  version: 1,
  on: 'reading',
  when: 'level >= 8',
  clear: 'level <= 2',
  forMs: 0,
  severity: 'warning',
  title: 'Bin full',
}
export const crowd: AlertRule = {
  ...full,
  rule: 'crowd',
  on: 'window',
  when: 'passing_sum >= 300',
  clear: 'passing_sum < 200',
  title: 'Crowding',
}

/** A fold document with a property `level` (max, last) and a property `passing` (sum) and these rules. */
export function documentWith(alerts: readonly AlertRule[], from: number | null = null): FoldDocument {
  return {
    algorithm: 1,
    stream: 'things',
    from,
    sizeMs: QUARTER,
    latenessMs: 10 * MINUTE,
    aheadMs: 5 * MINUTE,
    silence: 'zero',
    properties: [
      { name: 'level', kind: 'gauge', resolution: '1', nullable: true, aggregates: ['max', 'last'] },
      { name: 'passing', kind: 'count', resolution: '1', nullable: true, aggregates: ['sum'] },
    ],
    disclosure: null,
    sensors: null,
    alerts,
  }
}

/** One input of the stage: a reading's level, or a window's sum of passages. */
export type Input =
  | { readonly sensor: string; readonly at: number; readonly level: number | null }
  | { readonly sensor: string; readonly start: number; readonly passing: number | null }

export function show(alerts: Alerts, input: Input, offset: number): readonly Transition[] {
  const place = { partition: 3, offset }
  if ('level' in input)
    return alerts.onReading(input.sensor, input.at, `${offset}`.padStart(32, '0'), { level: input.level, passing: null }, place)
  return alerts.onWindow(input.sensor, { start: input.start, end: input.start + QUARTER }, { passing_sum: input.passing }, place)
}

/** All transitions of inputs shown one after the other to a new stage. */
export function run(document: FoldDocument, inputs: readonly Input[]): Transition[] {
  const alerts = createAlerts(document, 'things')
  return inputs.flatMap((input, i) => show(alerts, input, i))
}

/** Transitions in short: `<minute> <subject> <transition>`. */
export function brief(transitions: readonly Transition[]): string[] {
  return transitions.map((t) => `${t.at / MINUTE} ${t.subject} ${t.transition}`)
}
