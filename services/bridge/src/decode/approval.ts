import { approvalOf, approvalReason, approvalState, isApproved, type Standing } from '@commonstream/schemas'
import { Refusal } from './refusal.ts'

/** Why a stream takes nothing in at `now` (the bridge's clock, epoch ms); null where it does. */
export type Gate = (now: number) => Refusal | null

/**
 * The gate of a stream: open while its privacy assessment is approved and current.
 * @param standing what counts of the assessment; another object as soon as it is another
 */
export function gateOf(standing: () => Standing): Gate {
  let known = standing()
  let approval = approvalOf(known)
  return (now) => {
    const present = standing()
    if (present !== known) {
      known = present
      approval = approvalOf(known)
    }
    if (isApproved(approval, now)) return null
    return new Refusal('not_approved', approvalReason(known, approvalState(approval, now)) ?? '')
  }
}
