import type { Log, Part } from '@commonstream/runtime'
import { type ApprovalState, approvalOf, approvalReason, approvalState, type Stream } from '@commonstream/schemas'

/** How a stream stands whose approval somebody must look at. */
export interface Standing {
  readonly stream: string
  readonly state: ApprovalState
  readonly reason: string | null
}

const HOUR_MS = 3_600_000

/** The streams that are not ingested, and those whose review is near, at `now` (the bridge's clock, epoch ms). */
export function notSimplyApproved(streams: readonly Stream[], now: number): Standing[] {
  return streams.flatMap((stream) => {
    const state = approvalState(approvalOf(stream), now)
    return state === 'approved' ? [] : [{ stream: stream.name, state, reason: approvalReason(stream, state) }]
  })
}

/** Says in the log how streams stand, when the bridge starts and when that changes: a bridge may run for years. */
export function approvalWatch(o: { streams: readonly Stream[]; now: () => number; log: Log; everyMs?: number }): Part {
  const said = new Map<string, ApprovalState>()
  const look = () => {
    const standing = notSimplyApproved(o.streams, o.now())
    for (const { stream, state, reason } of standing) {
      if (said.get(stream) !== state) o.log.warn({ stream, state, reason }, 'the approval of a stream needs attention')
      said.set(stream, state)
    }
  }
  return {
    name: 'approvals',
    async start() {
      look()
      const timer = setInterval(look, o.everyMs ?? HOUR_MS)
      return async () => clearInterval(timer)
    },
  }
}
