import { approvalOf, approvalReason, approvalState } from '../contract/approval.ts'
import type { City, Stream } from '../contract/stream.ts'

/** A line for each stream: how it stands, and what it lacks before its messages are taken. `now` in epoch ms. */
export function standing(city: City, now: number): string[] {
  return city.streams.map((stream) => `${stream.name}: ${standingOf(stream, now)}`)
}

function standingOf(stream: Stream, now: number): string {
  const state = approvalState(approvalOf(stream), now)
  const reason = approvalReason(stream, state)
  const sensors =
    stream.source.sensors === 'open' ? 'any sensor' : stream.sensors.length === 1 ? 'one sensor' : `${stream.sensors.length} sensors`
  const whole = `${stream.properties.map((p) => p.name).join(', ')} of ${sensors} on ${stream.source.mqtt}`
  if (reason === null) return `approved until ${stream.assessment?.review}; ${whole}`
  const hint = state === 'missing' ? ` (add "assessment" to streams/${stream.name}/contract.yaml)` : ''
  return `${state.replace('_', ' ')}: ${reason}${hint}; ${whole}`
}
