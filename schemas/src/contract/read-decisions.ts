import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { hasShape } from './check-shape.ts'
import { assessmentAfter, decisionsOf, decisionsSchema } from './decisions.ts'
import type { Report } from './faults.ts'
import { isDate } from './is-date.ts'
import { type SourceFile, readSource } from './source-file.ts'
import type { Assessment, Decision } from './stream.ts'

/**
 * The decisions about a stream: those of its `decisions.yaml`, which must come to what the contract's `assessment`
 * says; without the file the assessment's own.
 */
export function readDecisions(path: string, name: string, assessment: Assessment | null, report: Report): readonly Decision[] {
  if (!existsSync(path)) return decisionsOf(assessment)
  const source = readSource(path, name, report)
  if (source === null || !hasShape(decisionsSchema, source)) return []
  const decisions = source.value.map(({ decision, on, by, reference = null, review = null, reason = null }): Decision => {
    return { decision, on, by, reference, review, reason }
  })
  checkDays(decisions, source)
  checkOutcome(decisions, assessment, source)
  return decisions
}

function checkDays(decisions: readonly Decision[], source: SourceFile): void {
  for (const [index, decision] of decisions.entries()) {
    for (const key of ['on', 'review'] as const) {
      const day = decision[key]
      if (day !== null && !isDate(day)) source.fault([index, key], `"${day}" is no day of the calendar`)
    }
  }
}

function checkOutcome(decisions: readonly Decision[], assessment: Assessment | null, source: SourceFile): void {
  try {
    const outcome = assessmentAfter(decisions)
    if (!isDeepStrictEqual(sorted(outcome), sorted(assessment)))
      source.fault(
        [],
        `these decisions come to the assessment ${inWords(outcome)}, but contract.yaml says ${inWords(assessment)}; make them agree`,
      )
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const { at = 0 } = error as { at?: number }
    source.fault([at, 'decision'], `decision ${at + 1} ${error.message}`)
  }
}

/** Equal whatever the order in which the keys were written. */
function sorted(assessment: Assessment | null): unknown {
  if (assessment === null) return null
  const { reference, approved, by, review, withdrawn } = assessment
  return { reference, approved, by, review, withdrawn: withdrawn && { on: withdrawn.on, by: withdrawn.by, reason: withdrawn.reason } }
}

function inWords(assessment: Assessment | null): string {
  if (assessment === null) return 'none'
  const { reference, approved, by, review, withdrawn } = assessment
  const end = withdrawn === undefined ? '' : `, withdrawn on ${withdrawn.on} by ${withdrawn.by} (${withdrawn.reason})`
  return `${reference}, approved on ${approved} by ${by}, review ${review}${end}`
}
