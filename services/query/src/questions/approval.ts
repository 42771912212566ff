import { approvalOf, approvalReason, approvalState, isApproved, type Standing } from '@commonstream/schemas'
import { utc } from './local-time.ts'

/** How a stream stands by its privacy assessment at `now` (the city's clock, epoch ms), for readers. */
export function approvalAnswer(standing: Standing, now: number) {
  const approval = approvalOf(standing)
  const state = approvalState(approval, now)
  return {
    state,
    ingested: isApproved(approval, now),
    from: approval === null ? null : utc(approval.from),
    until: approval === null ? null : utc(approval.until),
    reason: approvalReason(standing, state),
  }
}
