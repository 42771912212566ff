import { approvalOf, approvalReason, approvalState, isApproved, type Stream } from '@commonstream/schemas'
import { utc } from './local-time.ts'

/** How a stream stands by its privacy assessment at `now` (the city's clock, epoch ms), for readers. */
export function approvalAnswer(stream: Stream, now: number) {
  const approval = approvalOf(stream)
  const state = approvalState(approval, now)
  return {
    state,
    ingested: isApproved(approval, now),
    from: approval === null ? null : utc(approval.from),
    until: approval === null ? null : utc(approval.until),
    reason: approvalReason(stream, state),
  }
}
