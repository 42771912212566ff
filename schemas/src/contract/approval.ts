import type { Stream } from './stream.ts'

/** From when to when (epoch ms, half-open) a stream may be ingested by its privacy assessment. */
export interface Approval {
  readonly from: number
  readonly until: number
  /** From here on people are told that the review is due. */
  readonly warnFrom: number
  /** What ended it, or will: the day of the review, or a withdrawal. */
  readonly end: 'review' | 'withdrawal'
}

/** How a stream stands: `approved` and `review_due` (approved, the review near) are ingested, the others not. */
export type ApprovalState = 'approved' | 'review_due' | 'missing' | 'not_yet' | 'expired' | 'withdrawn'

const WARNING_DAYS = 60

/**
 * A stream's approval by its privacy assessment: from the day it was approved to the end of the day its review is due,
 * or to the beginning of the day of its withdrawal; days are those of the contract's time zone. Null without an assessment.
 */
export function approvalOf({ assessment, time }: Pick<Stream, 'assessment' | 'time'>): Approval | null {
  if (assessment === null) return null
  const start = (day: Temporal.PlainDate) => day.toZonedDateTime(time.zone).epochMilliseconds
  const review = Temporal.PlainDate.from(assessment.review)
  const reviewed = start(review.add({ days: 1 }))
  const withdrawn = assessment.withdrawn === undefined ? Number.POSITIVE_INFINITY : start(Temporal.PlainDate.from(assessment.withdrawn.on))
  return {
    from: start(Temporal.PlainDate.from(assessment.approved)),
    until: Math.min(reviewed, withdrawn),
    warnFrom: start(review.subtract({ days: WARNING_DAYS })),
    end: withdrawn < reviewed ? 'withdrawal' : 'review',
  }
}

/** Whether an approval holds at `now` (epoch ms). */
export function isApproved(approval: Approval | null, now: number): boolean {
  return approval !== null && now >= approval.from && now < approval.until
}

/** How a stream with this approval stands at `now` (epoch ms). */
export function approvalState(approval: Approval | null, now: number): ApprovalState {
  if (approval === null) return 'missing'
  if (now >= approval.until) return approval.end === 'review' ? 'expired' : 'withdrawn'
  if (now < approval.from) return 'not_yet'
  return now >= approval.warnFrom ? 'review_due' : 'approved'
}

/** Why a stream stands as it does, for people; null where it is simply approved. */
export function approvalReason({ assessment }: Pick<Stream, 'assessment'>, state: ApprovalState): string | null {
  if (state === 'missing' || assessment === null) return 'no privacy assessment has approved this stream; nothing is taken in'
  const { reference, approved, review, withdrawn } = assessment
  switch (state) {
    case 'approved':
      return null
    case 'review_due':
      return `the privacy assessment ${reference} must be reviewed by ${review}; from the day after nothing is taken in`
    case 'not_yet':
      return `the privacy assessment ${reference} is in force from ${approved}; nothing is taken in before`
    case 'expired':
      return `the privacy assessment ${reference} was to be reviewed by ${review}; nothing is taken in until it is`
    case 'withdrawn':
      return `the approval ${reference} was withdrawn on ${withdrawn!.on} by ${withdrawn!.by}: ${withdrawn!.reason}; nothing is taken in`
  }
}
