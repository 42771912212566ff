import type { Stream } from '@commonstream/schemas'

/** From when to when (epoch ms, half-open) a stream may be ingested, and why if never. */
export interface Approval {
  readonly from: number
  readonly until: number
  /** From here on operators are told that the review is due. */
  readonly warnFrom: number
}

const WARNING_DAYS = 60

/**
 * A stream's approval by its privacy assessment: from the day it was approved to the end of the day its review is due,
 * days being those of the contract's time zone. Without an assessment there is none: an empty span.
 */
export function approvalOf(stream: Pick<Stream, 'assessment' | 'time'>): Approval {
  if (stream.assessment === null)
    return { from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY, warnFrom: Number.POSITIVE_INFINITY }
  const start = (day: Temporal.PlainDate) => day.toZonedDateTime(stream.time.zone).epochMilliseconds
  const review = Temporal.PlainDate.from(stream.assessment.review)
  return {
    from: start(Temporal.PlainDate.from(stream.assessment.approved)),
    until: start(review.add({ days: 1 })),
    warnFrom: start(review.subtract({ days: WARNING_DAYS })),
  }
}

/** Whether an approval holds at `now` (the bridge's clock, epoch ms). */
export function isApproved(approval: Approval, now: number): boolean {
  return now >= approval.from && now < approval.until
}
