import type { ApprovalAnswer, PartAnswer, StatusAnswer } from './answers.ts'
import { instant, list, number, object, optional, text } from './shape.ts'

/** The answer of `/v1/status`. @throws ShapeError */
export function readStatus(answer: unknown): StatusAnswer {
  const status = object(answer, 'answer')
  const clock = object(status['clock'], 'clock')
  return {
    clock: {
      now: instant(clock['now'], 'clock.now'),
      speed: number(clock['speed'], 'clock.speed'),
      replayOf: optional(instant, clock['replay_of'], 'clock.replay_of'),
    },
    parts: list(status['parts'], 'parts').map((value, i) => readPart(value, `parts[${i}]`)),
    streams: list(status['streams'], 'streams').map((value, i) => {
      const stream = object(value, `streams[${i}]`)
      return {
        stream: text(stream['stream'], `streams[${i}].stream`),
        watermark: optional(instant, stream['watermark'], `streams[${i}].watermark`),
        reason: optional(text, stream['reason'], `streams[${i}].reason`),
        approval: optional(readApproval, stream['approval'], `streams[${i}].approval`),
      }
    }),
  }
}

function readApproval(value: unknown, path: string): ApprovalAnswer {
  const approval = object(value, path)
  return { state: text(approval['state'], `${path}.state`), until: optional(instant, approval['until'], `${path}.until`) }
}

function readPart(value: unknown, path: string): PartAnswer {
  const part = object(value, path)
  return {
    service: text(part['service'], `${path}.service`),
    name: text(part['name'], `${path}.name`),
    state: text(part['state'], `${path}.state`),
    since: optional(instant, part['since'], `${path}.since`),
    reason: optional(text, part['reason'], `${path}.reason`),
  }
}
