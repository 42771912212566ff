/** What an endpoint answers to a client that only publishes with QoS 1. */
export interface Answers {
  accepted(): void
  acknowledged(id: number): void
  /** Refused, or something that no such client is sent. */
  broken(reason: string): void
}

const CONNACK = 0x20
const PUBACK = 0x40

/**
 * A reader of CONNACK and PUBACK packets (four bytes each in MQTT 3.1.1); takes the bytes as they come, cut anywhere.
 * Anything else ends the reading with `broken`.
 */
export function readAnswers(answers: Answers): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let ended = false
  const fail = (reason: string): void => {
    ended = true
    answers.broken(reason)
  }
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let at = 0
    for (; at + 4 <= all.length; at += 4) {
      if (ended) return
      const [kind, length, high = 0, low = 0] = [all[at], all[at + 1], all[at + 2], all[at + 3]]
      if (length !== 2 || (kind !== PUBACK && kind !== CONNACK)) fail(`the endpoint sent a packet of type ${(kind ?? 0) >> 4}`)
      else if (kind === PUBACK) answers.acknowledged((high << 8) | low)
      else if (low === 0) answers.accepted()
      else fail(`the endpoint refused the connection with code ${low}`)
    }
    rest = all.subarray(at)
  }
}
