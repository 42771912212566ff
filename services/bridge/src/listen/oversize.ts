import { createHash, type Hash } from 'node:crypto'
import type { Frame } from './frame.ts'
import { topicOf, variable } from './publish-packet.ts'

/** A PUBLISH that was too large to be held: what is known of it once it has gone past. */
export interface PassedBy {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly packetId: number
  /** Bytes of its payload, and their SHA-256 in hex. */
  readonly length: number
  readonly sha256: string
}

/** The longest start of a PUBLISH that must be seen whole: topic, packet id and the length of the properties. */
const HEAD_BYTES = 2 + 65_535 + 2 + 4

/**
 * Lets a PUBLISH of any length go past, holding its topic and hashing its payload. `feed` takes bytes until `passed`
 * says what it was, or `malformed` that it was none.
 */
export class Oversize {
  passed: PassedBy | null = null
  malformed = false
  readonly #qos: 0 | 1 | 2
  readonly #version: number
  readonly #hash: Hash = createHash('sha256')
  #head: Buffer = Buffer.alloc(0)
  #known: { topic: string; packetId: number } | null = null
  #left: number
  #properties = 0
  #payload = 0

  constructor(frame: Frame, version: number) {
    const qos = (frame.flags >> 1) & 3
    this.malformed = qos === 3
    this.#qos = (qos === 3 ? 0 : qos) as 0 | 1 | 2
    this.#version = version
    this.#left = frame.length
  }

  /** Takes what belongs to the packet of `bytes` from `pos`; returns where the rest begins. */
  feed(bytes: Buffer, pos: number): number {
    const end = Math.min(bytes.length, pos + this.#left)
    this.#left -= end - pos
    const part = bytes.subarray(pos, end)
    if (this.#known !== null) this.#pass(part)
    else this.#begin(part)
    if (this.#left === 0 && !this.malformed) this.#finish()
    return end
  }

  #begin(part: Buffer): void {
    this.#head = this.#head.length === 0 ? Buffer.from(part) : Buffer.concat([this.#head, part])
    const head = this.#head
    const topicEnd = 2 + (head.length < 2 ? 65_536 : head.readUInt16BE(0))
    const idEnd = topicEnd + (this.#qos > 0 ? 2 : 0)
    const properties = this.#version === 5 ? variable(head, idEnd, head.length) : { value: 0, size: 0 }
    if (head.length < idEnd || properties === null) {
      this.malformed = head.length >= HEAD_BYTES
      return
    }
    const topic = topicOf(head, 2, topicEnd)
    const packetId = this.#qos > 0 ? head.readUInt16BE(topicEnd) : 0
    this.malformed = topic === null || (this.#qos > 0 && packetId === 0)
    this.#known = { topic: topic ?? '', packetId }
    this.#properties = properties.value
    this.#head = Buffer.alloc(0)
    this.#pass(head.subarray(idEnd + properties.size))
  }

  #pass(part: Buffer): void {
    const skipped = Math.min(this.#properties, part.length)
    this.#properties -= skipped
    const payload = part.subarray(skipped)
    this.#payload += payload.length
    this.#hash.update(payload)
  }

  #finish(): void {
    if (this.#known === null || this.#properties > 0) {
      this.malformed = true
      return
    }
    this.passed = { ...this.#known, qos: this.#qos, length: this.#payload, sha256: this.#hash.digest('hex') }
  }
}
