import { ALERTS_TOPIC, INTERNAL_ALERTS_TOPIC } from '@commonstream/schemas'
import type { Finished } from './checks.ts'

/**
 * Transitions in topics and table are those that an uninterrupted pass over the log gives; each has one id.
 * @param vanished the log's end was cut off: alerts are announced as soon as folded, also of events that are gone since
 */
export function checkAlerts(finished: Finished, vanished: boolean): void {
  const { sim, oracle, owns, say, releases } = finished
  for (const due of oracle.alerts.due) {
    const window = oracle.windows.get(`${due.sensor}|${due.start}|${due.sizeMs}`)?.[0]
    oracle.alerts.released(due, (window && releases.get(window)?.['passing']) ?? Number.NaN)
  }
  const want = oracle.alerts.transitions.map((t) => `${t.rule} of ${t.subject} ${t.transition} at ${t.at}`)
  const rows = sim.store.rows('alerts').filter((r) => owns(String(r['subject'])))
  compare(
    'row',
    want,
    rows.map((r) => `${r['rule']} of ${r['subject']} ${r['transition']} at ${r['at']}`),
    say,
  )
  const records = recordsOf(vanished ? { ...finished, say: () => {} } : finished)
  const announced = [...records.values()]
  compare('record', want, vanished ? announced.filter((text) => want.includes(text)) : announced, say)
}

/** The fields of schemas/topics/alerts.avsc that are compared. */
interface AlertRecord {
  readonly alertId: string
  readonly rule: string
  readonly subject: string
  readonly transition: string
  readonly at: number
}

/** The records of both topics by alert id. */
function recordsOf({ sim, owns, say }: Finished): Map<string, string> {
  const ids = new Map<string, string>()
  for (const topic of [ALERTS_TOPIC, INTERNAL_ALERTS_TOPIC]) {
    for (const { value } of sim.kafka.partition(topic, 0).records) {
      const r = sim.city.contexts[0]!.alertCodec.decode(value as Buffer) as unknown as AlertRecord
      if (!owns(r.subject)) continue
      const isInternal = sim.city.contexts[0]!.isProtected && r.rule === 'many'
      if (isInternal !== (topic === INTERNAL_ALERTS_TOPIC)) say(`the alert ${r.rule} of ${r.subject} is in ${topic}`)
      const text = `${r.rule} of ${r.subject} ${r.transition} at ${r.at}`
      const id = r.alertId
      if ((ids.get(id) ?? text) !== text) say(`the alert id ${id} stands for ${text} and ${ids.get(id)}`)
      ids.set(id, text)
    }
  }
  return ids
}

function compare(what: string, want: readonly string[], have: readonly string[], say: (difference: string) => void): void {
  const [missing, extra] = [minus(want, have), minus(have, want)]
  for (const text of missing) say(`no ${what} of ${text}`)
  for (const text of extra) say(`a ${what} of ${text}, which did not happen`)
}

/** As multisets. */
function minus(a: readonly string[], b: readonly string[]): string[] {
  const rest = [...b]
  return a.filter((text) => {
    const at = rest.indexOf(text)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
}
