import type { Tap } from './tcp-proxy.ts'

/** Cuts connections after a request and before its reply: whoever asked does not know whether it was done. */
export interface Cutter<Rule> {
  /** For the proxy: one for each connection. */
  tap(): Tap
  /** From now on the replies to requests of this rule are cut off. */
  arm(rule: Rule): void
  /** How many were cut off since it was last armed. */
  readonly cuts: number
  /** No more are. Returns how many were since it was armed. */
  disarm(): number
}

/** Requests of Kafka's protocol: whose (client id) and which (https://kafka.apache.org/protocol, API keys). */
export interface KafkaRule {
  readonly client: RegExp
  readonly api: number
}

export const PRODUCE = 0
export const FETCH = 1
export const OFFSET_COMMIT = 8

/** Length, API key, version, correlation id and the client id's length. */
const REQUEST_HEAD = 14
/** Length and correlation id. */
const REPLY_HEAD = 8
const LONGEST_CLIENT_ID = 64

/** Hands over the first bytes of every length-prefixed frame of a stream, cut as it may be. */
function frameHeads(most: number, take: (head: Buffer) => void): (bytes: Buffer) => void {
  let head: Buffer = Buffer.alloc(0)
  /** Bytes of the frame at hand that are still to come, without those in `head`. */
  let skip = 0
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const passed = Math.min(skip, bytes.length - at)
      skip -= passed
      at += passed
      if (skip > 0 || at === bytes.length) continue
      const length = head.length >= 4 ? 4 + head.readInt32BE(0) : null
      const wanted = length === null ? 4 : Math.min(most, length)
      const part = bytes.subarray(at, at + wanted - head.length)
      head = Buffer.concat([head, part])
      at += part.length
      if (length === null || head.length < wanted) continue
      take(head)
      skip = length - head.length
      head = Buffer.alloc(0)
    }
  }
}

/** Cuts by requests of Kafka's protocol. A reply that lies in the same bytes before the one that is cut is lost too. */
export function kafkaCutter(): Cutter<KafkaRule> {
  let rule: KafkaRule | null = null
  let cuts = 0
  return {
    get cuts() {
      return cuts
    },
    arm(next) {
      rule = next
      cuts = 0
    },
    disarm() {
      rule = null
      return cuts
    },
    tap() {
      const doomed = new Set<number>()
      let cut = false
      const request = frameHeads(REQUEST_HEAD + LONGEST_CLIENT_ID, (head) => {
        if (rule === null || head.readInt16BE(4) !== rule.api) return
        const client = head.toString('utf8', REQUEST_HEAD, REQUEST_HEAD + Math.max(0, head.readInt16BE(12)))
        if (rule.client.test(client)) doomed.add(head.readInt32BE(8))
      })
      const reply = frameHeads(REPLY_HEAD, (head) => {
        cut ||= doomed.has(head.readInt32BE(4))
      })
      return {
        request,
        reply(bytes) {
          reply(bytes)
          // A request from before `disarm` whose reply comes after it is cut all the same.
          if (cut) cuts++
          return cut
        },
      }
    },
  }
}

/** Cuts by the text of HTTP requests: `rule` is tried on the first line of each. */
export function httpCutter(): Cutter<RegExp> {
  let rule: RegExp | null = null
  let cuts = 0
  return {
    get cuts() {
      return cuts
    },
    arm(next) {
      rule = next
      cuts = 0
    },
    disarm() {
      rule = null
      return cuts
    },
    tap() {
      let doomed = false
      return {
        request(bytes) {
          if (rule === null || doomed) return
          const line = /^POST (\S+) HTTP/.exec(bytes.toString('latin1', 0, 16_384))?.[1]
          if (line !== undefined) doomed = rule.test(decodeURIComponent(line.replaceAll('+', ' ')))
        },
        reply() {
          if (doomed) cuts++
          return doomed
        },
      }
    },
  }
}
