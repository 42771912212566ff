import { isUtf8 } from 'node:buffer'
import type { Frame } from './frame.ts'

/** A PUBLISH, its payload a view of the bytes it came in. */
export interface PublishPacket {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  /** 0 with QoS 0. */
  readonly packetId: number
  readonly payload: Buffer
  /** Length of the MQTT 5 properties; what they say is for `parsePacket` to check. */
  readonly propertyBytes: number
}

/**
 * Reads a whole PUBLISH; null where it is malformed. Written out because this is where the bridge spends its time: the
 * library's parser takes several times as long, and would read beyond the packet's end into the next one.
 */
export function readPublish(bytes: Buffer, frame: Frame, version: number): PublishPacket | null {
  const qos = (frame.flags >> 1) & 3
  if (qos === 3 || (qos === 0 && frame.flags >= 8)) return null
  const end = frame.end
  let pos = frame.body + 2
  if (pos > end) return null
  const topicEnd = pos + (((bytes[pos - 2] as number) << 8) | (bytes[pos - 1] as number))
  if (topicEnd > end) return null
  const topic = topicOf(bytes, pos, topicEnd)
  if (topic === null) return null
  pos = topicEnd
  let packetId = 0
  if (qos > 0) {
    pos += 2
    packetId = ((bytes[pos - 2] as number) << 8) | (bytes[pos - 1] as number)
    if (pos > end || packetId === 0) return null
  }
  const properties = version === 5 ? variable(bytes, pos, end) : NO_PROPERTIES
  if (properties === null) return null
  pos += properties.size + properties.value
  if (pos > end) return null
  return {
    topic,
    qos: qos as 0 | 1 | 2,
    retain: (frame.flags & 1) === 1,
    packetId,
    payload: bytes.subarray(pos, end),
    propertyBytes: properties.value,
  }
}

const NO_PROPERTIES = { value: 0, size: 0 }
const ONE_BYTE = { value: 0, size: 1 }

/** The topic's text; null where it is no topic name: not UTF-8, with a null character or a wildcard. */
export function topicOf(bytes: Buffer, start: number, end: number): string | null {
  let ascii = true
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte === 0 || byte === 0x2b || byte === 0x23) return null
    if (byte >= 0x80) ascii = false
  }
  if (ascii) return bytes.toString('latin1', start, end)
  return isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : null
}

/** A variable byte integer with its size; null where it does not end within four bytes or before `end`. */
export function variable(bytes: Buffer, pos: number, end: number): { value: number; size: number } | null {
  if (pos < end && bytes[pos] === 0) return ONE_BYTE
  let value = 0
  for (let size = 1, unit = 1; size <= 4 && pos + size <= end; size++, unit *= 128) {
    const byte = bytes[pos + size - 1] as number
    value += (byte & 0x7f) * unit
    if (byte < 0x80) return { value, size }
  }
  return null
}
