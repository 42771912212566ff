import type { AlertRule, FoldDocument } from '@commonstream/schemas'
import { Judge, type Values } from './judge.ts'
import { Memory } from './memory.ts'
import { compileRules, type Rules } from './rules.ts'
import type { AlertStateRow, Place, Transition } from './types.ts'

export type { AlertStateRow, Place, Transition } from './types.ts'

/** The alert stage of one partition (protocol section 12): a pure function of the readings and windows it is shown. */
export interface Alerts {
  /**
   * Judges a reading, in arrival order. One that is not newer than the subject's last judged one is skipped.
   * @param values in declared units; a rule that reads a null is not judged
   */
  onReading(sensor: string, at: number, eventId: string, values: Values, place: Place): readonly Transition[]
  /** Judges a closed window by the document it lives under. Windows come in time order. */
  onWindow(sensor: string, window: { readonly start: number; readonly end: number }, values: Values, place: Place): readonly Transition[]
  /** Whether readings or windows are wanted: a rule judges them, or an incident of a rule that is gone waits for its end. */
  wants(on: AlertRule['on']): boolean
  /** All that is remembered, sorted: what is not inactive, what fired lately, and each subject's last `at`. */
  states(): AlertStateRow[]
  /** Replaces all that is remembered. */
  load(rows: readonly AlertStateRow[]): void
  /** SHA-256 of `states()`. */
  readonly hash: string
  /**
   * A later document from the log: readings are judged by it from now on, windows from its `from`. Where a rule is gone
   * or its version is another, an open incident is resolved at the subject's next reading or window.
   */
  setDocument(document: FoldDocument): void
  /** Rules whose expression failed on some values (which then were not judged): how often, and the last reason. */
  readonly faults: ReadonlyMap<string, { readonly count: number; readonly reason: string }>
}

const NONE: readonly Transition[] = []

/**
 * @param document the oldest document in force; later ones follow by `setDocument`, at a resume too
 * @param stream its name, part of every alert's identity
 * @throws CityError `ALERT_RULE_INVALID`
 */
export function createAlerts(document: FoldDocument, stream: string): Alerts {
  const memory = new Memory()
  const judge = new Judge(stream, memory)
  /** The documents that a window to come may live under, oldest first. */
  const documents: Rules[] = []
  let newest = use(document)

  function use(next: FoldDocument): Rules {
    judge.isProtected ||= next.disclosure !== null
    const rules = compileRules(next)
    documents.push(rules)
    return rules
  }

  return {
    faults: judge.faults,
    onReading(sensor, at, eventId, values, place) {
      const subject = memory.subject(sensor)
      if (at <= subject.at) return NONE
      subject.at = at
      return judge.judge(subject, newest.reading, 'reading', at, eventId, values, place)
    },
    onWindow(sensor, { start, end }, values, place) {
      while (documents.length > 1 && start >= ((documents[1] as Rules).from ?? 0)) documents.shift()
      return judge.judge(memory.subject(sensor), (documents[0] as Rules).window, 'window', end, `${start}|${end}`, values, place)
    },
    wants(on) {
      const judging = on === 'reading' ? newest.reading.length > 0 : documents.some((rules) => rules.window.length > 0)
      return judging || memory.has((state) => state.on === on)
    },
    states: () => memory.rows(),
    load: (rows) => memory.load(rows),
    get hash() {
      return memory.hash
    },
    setDocument(next) {
      newest = use(next)
    },
  }
}
