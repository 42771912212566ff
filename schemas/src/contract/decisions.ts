import Type, { type Static } from 'typebox'
import type { Assessment, Decision } from './stream.ts'

const text = (description: string) => Type.String({ minLength: 1, maxLength: 1_000, description })
const date = (description: string) => Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: `${description} (YYYY-MM-DD)` })

/** `decisions.yaml` as it is written: every decision about a stream, the oldest first. Lines are only ever added. */
export const decisionsSchema = Type.Array(
  Type.Object(
    {
      decision: Type.Enum(['approved', 'changed', 'prolonged', 'withdrawn'], {
        description: 'approved; changed: approved as the contract now is; prolonged: reviewed and approved for longer; withdrawn',
      }),
      on: date('Day of the decision'),
      by: text('Who decided'),
      reference: Type.Optional(text('Where the privacy assessment is filed')),
      review: Type.Optional(date('Last day of the approval')),
      reason: Type.Optional(text('Why')),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, title: 'Decisions about a stream' },
)

export type WrittenDecisions = Static<typeof decisionsSchema>

/** The decisions that an assessment by itself tells of: its approval, and its withdrawal. */
export function decisionsOf(assessment: Assessment | null): Decision[] {
  if (assessment === null) return []
  const { reference, approved, by, review, withdrawn } = assessment
  const first: Decision = { decision: 'approved', on: approved, by, reference, review, reason: null }
  if (withdrawn === undefined) return [first]
  return [first, { decision: 'withdrawn', on: withdrawn.on, by: withdrawn.by, reference: null, review: null, reason: withdrawn.reason }]
}

/**
 * The assessment that decisions come to, one after the other.
 * @throws RangeError for a decision that cannot follow those before it, with `at`, its place in the list
 */
export function assessmentAfter(decisions: readonly Decision[]): Assessment | null {
  let assessment: Assessment | null = null
  for (const [at, decision] of decisions.entries()) {
    const before = decisions[at - 1]
    const fault = (message: string) => Object.assign(new RangeError(message), { at })
    if (before !== undefined && decision.on < before.on) throw fault('is dated before the one above it; decisions are added at the end')
    assessment = after(assessment, decision, fault)
  }
  return assessment
}

function after(before: Assessment | null, decision: Decision, fault: (message: string) => RangeError): Assessment {
  const { on, by, reference, review, reason } = decision
  if (decision.decision === 'approved') {
    if (reference === null || review === null) throw fault('needs "reference" and "review"')
    return { reference, approved: on, by, review }
  }
  if (before === null || before.withdrawn !== undefined)
    throw fault(`says "${decision.decision}" where nothing is approved; only "approved" can follow`)
  if (decision.decision === 'withdrawn') {
    if (reason === null) throw fault('needs "reason": why the approval was taken back')
    return { ...before, withdrawn: { on, by, reason } }
  }
  if (decision.decision === 'prolonged' && review === null) throw fault('needs "review": the new last day of the approval')
  return { ...before, reference: reference ?? before.reference, review: review ?? before.review }
}
