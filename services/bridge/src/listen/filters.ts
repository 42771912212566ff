import { type Frame, TYPE } from './frame.ts'
import { variable } from './publish-packet.ts'

/** What a SUBSCRIBE or UNSUBSCRIBE asks for, as far as its refusal needs to know. */
export interface Filters {
  readonly packetId: number
  readonly count: number
}

/**
 * Counts the filters of a whole SUBSCRIBE or UNSUBSCRIBE; null where it is malformed, as without any filter. Written
 * out because a refusal should cost less than its request: the library takes microseconds for each filter.
 */
export function countFilters(bytes: Buffer, frame: Frame, version: number): Filters | null {
  const { end } = frame
  if (frame.flags !== 2 || frame.length < 2) return null
  const packetId = bytes.readUInt16BE(frame.body)
  const length = version === 5 ? variable(bytes, frame.body + 2, end) : { value: 0, size: 0 }
  if (packetId === 0 || length === null) return null
  const options = frame.type === TYPE.SUBSCRIBE ? 1 : 0
  let count = 0
  let pos = frame.body + 2 + length.size + length.value
  while (pos < end) {
    if (pos + 2 > end) return null
    const text = bytes.readUInt16BE(pos)
    pos += 2 + text + options
    if (text === 0 || pos > end || (options === 1 && !isOption(bytes[pos - 1] as number, version))) return null
    count++
  }
  return count === 0 || pos !== end ? null : { packetId, count }
}

/** QoS in the lowest bits; version 5 has three more things to say in four more bits. */
function isOption(option: number, version: number): boolean {
  return (option & 3) < 3 && (version === 5 ? option < 0x30 : option < 4)
}
