import { approvalOf, approvalReason, approvalState, isApproved, type Stream } from '@commonstream/schemas'
import { Refusal } from './refusal.ts'

/** Why a stream takes nothing in at `now` (the bridge's clock, epoch ms); null where it does. */
export type Gate = (now: number) => Refusal | null

/** The gate of a stream: open while its privacy assessment is approved and current. */
export function gateOf(stream: Pick<Stream, 'assessment' | 'time'>): Gate {
  const approval = approvalOf(stream)
  return (now) => {
    if (isApproved(approval, now)) return null
    return new Refusal('not_approved', approvalReason(stream, approvalState(approval, now)) ?? '')
  }
}
