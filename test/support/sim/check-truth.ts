import type { Finished } from './checks.ts'
import type { Reading, Truth } from './truth.ts'

/** What the sensors know: what was acknowledged is in the log, is told apart, and is in time where that was promised. */
export function checkTruth({ sim, partition, oracle, owns, say }: Finished, truth: Truth): void {
  const context = sim.city.contexts[0]!
  const { offsets, ageMs } = context.isProtected ? context.scale.protectedHorizon : context.scale.horizon
  const inLog = new Map<number, { offset: number; appended: number }>()
  const stored = new Map(oracle.readings.map((r) => [r.offset, r]))
  let appended = 0
  for (const record of sim.kafka.partition(context.eventsTopic, partition).records) {
    appended = Math.max(appended, record.appended)
    const serial = serialOf(record.value, record.headers, context)
    if (serial === null) continue
    if (serial > truth.readings.length) {
      say(`what a broker had retained is in the log at ${record.offset}`)
      continue
    }
    const before = inLog.get(serial)
    inLog.set(serial, { offset: record.offset, appended })
    const repeated =
      before !== undefined && appended - before.appended <= ageMs && (offsets === null || record.offset - before.offset <= offsets)
    if (repeated === stored.has(record.offset))
      say(`reading ${serial} at ${record.offset} is ${repeated ? 'there already' : 'new'}, its id says otherwise`)
    const event = stored.get(record.offset)
    const first = event?.late && before === undefined && event.event.at >= oracle.begins
    if (
      event &&
      first &&
      promised(truth.readings[serial - 1] as Reading, record.appended, event.heard) &&
      !inGap(oracle.gaps, event.event.at)
    )
      say(`reading ${serial} at ${record.offset} came in time, and its window was closed: ${told(truth, serial, record.appended)}`)
  }
  for (const reading of truth.readings)
    if (reading.acknowledged && !reading.forgotten && owns(reading.sensor) && !inLog.has(reading.serial))
      say(`reading ${reading.serial} was acknowledged and is not in the log`)
}

/** Every time that it may have been taken before it was appended, it was in time, and its bridge was heard. */
function promised({ taken }: Reading, appended: number, heard: (bridge: string) => boolean): boolean {
  const before = taken.filter((t) => t.at <= appended + 3_000)
  return before.length > 0 && before.every((t) => t.promised && heard(`bridge-${t.bridge}`))
}

function inGap(gaps: readonly { readonly from: number; readonly to: number }[], at: number): boolean {
  return gaps.some(({ from, to }) => at >= from && at < to)
}

function serialOf(value: Buffer | null, headers: object, context: Finished['sim']['city']['contexts'][number]): number | null {
  if (value === null || Object.keys(headers).length > 0) return null
  try {
    return Number(context.codec.decode(value)['serial'])
  } catch {
    return null // garbage
  }
}

/** Ages in s before the append, for a person who looks for the cause. */
function told(truth: Truth, serial: number, appended: number): string {
  const ago = (ms: number) => `${((appended - ms) / 1_000).toFixed(1)} s`
  const { made, taken } = truth.readings[serial - 1] as Reading
  const times = [
    ...truth.down.flatMap((list, b) => list.map((i) => ({ ...i, who: `bridge-${b} down` }))),
    ...truth.kafkaAway.map((i) => ({ ...i, who: 'kafka away' })),
  ]
  const near = times
    .filter((t) => t.from < appended && t.to > appended - 100_000)
    .map((t) => `${t.who} from ${ago(t.from)} to ${ago(t.to)}`)
  return `made ${ago(made)}, taken ${taken.map((t) => `by bridge-${t.bridge} ${ago(t.at)}`).join(', ')} before its append; ${near.join(', ')}`
}
