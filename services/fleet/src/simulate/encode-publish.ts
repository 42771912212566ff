/** A message as the raw connection keeps it; both texts are ASCII. */
export interface RawMessage {
  readonly topic: string
  readonly payload: string
}

const PUBLISH_QOS1 = 0x32
const DUP = 0x08

/** Upper bound of the bytes that `encodePublish` writes for a message. */
export function publishBound({ topic, payload }: RawMessage): number {
  return 9 + topic.length + payload.length
}

/**
 * Writes a PUBLISH of QoS 1 (MQTT 3.1.1, section 3.3) into `target` and returns the offset after it. By hand because a
 * load must cost less than what it loads: mqtt-packet builds each packet in a stream.
 */
export function encodePublish(target: Buffer, offset: number, message: RawMessage, id: number, again: boolean): number {
  const { topic, payload } = message
  let at = offset
  target[at++] = again ? PUBLISH_QOS1 | DUP : PUBLISH_QOS1
  let length = 4 + topic.length + payload.length
  do {
    const low = length % 128
    length = (length - low) / 128
    target[at++] = length > 0 ? low | 128 : low
  } while (length > 0)
  at = target.writeUInt16BE(topic.length, at)
  at += target.write(topic, at, 'latin1')
  at = target.writeUInt16BE(id, at)
  return at + target.write(payload, at, 'latin1')
}
