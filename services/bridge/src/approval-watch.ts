import type { Log, Part } from '@commonstream/runtime'
import { type ApprovalState, type Approvals, approvalOf, approvalReason, approvalState, type Stream } from '@commonstream/schemas'

/** How a stream stands whose approval somebody must look at. */
export interface Attention {
  readonly stream: string
  readonly state: ApprovalState
  readonly reason: string | null
}

/** How soon a withdrawal in a contract counts. */
const LOOK_MS = 5_000

/** The streams that are not ingested, and those whose review is near, at `now` (the bridge's clock, epoch ms). */
export function notSimplyApproved(streams: readonly Stream[], approvals: Approvals, now: number): Attention[] {
  return streams.flatMap((stream) => {
    const standing = approvals.of(stream)
    const state = approvalState(approvalOf(standing), now)
    return state === 'approved' ? [] : [{ stream: stream.name, state, reason: approvalReason(standing, state) }]
  })
}

/**
 * Looks whether contracts let less in than they did, and says in the log how streams stand, when the bridge starts and when
 * that changes: a bridge may run for years.
 */
export function approvalWatch(o: { streams: readonly Stream[]; approvals: Approvals; now: () => number; log: Log }): Part {
  let said = new Map<string, ApprovalState>()
  const look = () => {
    for (const reason of o.approvals.look()) o.log.warn({ reason }, 'a contract cannot be read; what it said before holds')
    const attention = notSimplyApproved(o.streams, o.approvals, o.now())
    for (const { stream, state, reason } of attention)
      if (said.get(stream) !== state) o.log.warn({ stream, state, reason }, 'the approval of a stream needs attention')
    said = new Map(attention.map(({ stream, state }) => [stream, state]))
  }
  return {
    name: 'approvals',
    async start() {
      look()
      const timer = setInterval(look, LOOK_MS)
      return async () => clearInterval(timer)
    },
  }
}
