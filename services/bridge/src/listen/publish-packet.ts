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
  /** Whether its MQTT 5 properties name a topic alias. */
  readonly aliased: boolean
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
  const length = version === 5 ? variable(bytes, pos, end) : NO_PROPERTIES
  if (length === null || pos + length.size + length.value > end) return null
  const properties = readProperties(bytes, pos + length.size, length.value)
  if (properties === null) return null
  pos += length.size + length.value
  return {
    topic,
    qos: qos as 0 | 1 | 2,
    retain: (frame.flags & 1) === 1,
    packetId,
    payload: bytes.subarray(pos, end),
    aliased: properties.aliased,
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

const NOTHING_SAID = { aliased: false }
const TOPIC_ALIAS = 0x23

/** How a PUBLISH's properties are written, by their identifier (MQTT 5, table 2-4): bytes, or what kind of length. */
const PROPERTY: ReadonlyMap<number, number | 'text' | 'pair' | 'variable'> = new Map<number, number | 'text' | 'pair' | 'variable'>([
  [0x01, 1], // payload format
  [0x02, 4], // message expiry
  [0x03, 'text'], // content type
  [0x08, 'text'], // response topic
  [0x09, 'text'], // correlation data
  [0x0b, 'variable'], // subscription identifier
  [TOPIC_ALIAS, 2],
  [0x26, 'pair'], // user property
])

/** Walks over a PUBLISH's properties; null where they are not what the standard says. */
function readProperties(bytes: Buffer, start: number, length: number): { aliased: boolean } | null {
  if (length === 0) return NOTHING_SAID
  const end = start + length
  let aliased = false
  for (let pos = start; pos < end; ) {
    const id = bytes[pos] as number
    const kind = PROPERTY.get(id)
    if (kind === undefined) return null
    if (id === TOPIC_ALIAS) aliased = true
    pos++
    const size =
      typeof kind === 'number'
        ? kind
        : kind === 'variable'
          ? variable(bytes, pos, end)?.size
          : textBytes(bytes, pos, end, kind === 'pair' ? 2 : 1)
    if (size === undefined || pos + size > end) return null
    pos += size
  }
  return { aliased }
}

/** Bytes that so many texts take, each behind its length; undefined where they do not end before `end`. */
function textBytes(bytes: Buffer, start: number, end: number, texts: number): number | undefined {
  let pos = start
  for (let i = 0; i < texts; i++) {
    if (pos + 2 > end) return undefined
    pos += 2 + (((bytes[pos] as number) << 8) | (bytes[pos + 1] as number))
  }
  return pos - start
}
