import { CodecFault } from './codec-fault.ts'
import { FRAME_BYTES } from './framing.ts'
import { SensorNames } from './sensor-names.ts'

/** Names of the fields that every event has before its properties, in order. */
export const HEAD_FIELDS = ['event_id', 'sensor', 'at', 'clamped']

const ID_BYTES = 16
/** Bytes of an Avro long that a double holds exactly. */
const LONG_BYTES = 7

/**
 * Reads what stands before the properties of every event (`HEAD` of read-event-schema.ts): event_id, sensor, at,
 * clamped, in Avro's binary encoding. The head is half of an event's bytes and the same in all streams, so it is read
 * without a general decoder. One reader reads one event at a time.
 */
export class EventHead {
  id: Buffer = Buffer.alloc(0)
  sensor = ''
  at = 0
  clamped = false
  /** Where the properties begin. */
  next = 0
  readonly #names = new SensorNames()

  /** @throws CodecFault `corrupt` */
  read(bytes: Buffer): void {
    const from = FRAME_BYTES + ID_BYTES
    const length = this.#long(bytes, from)
    const to = this.next + length
    if (length < 0 || to > bytes.length) throw tooShort()
    this.id = bytes.subarray(FRAME_BYTES, from)
    this.sensor = this.#names.of(bytes, this.next, to)
    this.at = this.#long(bytes, to)
    const clamped = bytes[this.next++]
    if (clamped === undefined) throw tooShort()
    this.clamped = clamped !== 0
  }

  /** A zigzag varint at `from`; `next` is behind it then. */
  #long(bytes: Buffer, from: number): number {
    let coded = 0
    let weight = 1
    for (let i = from; i < from + LONG_BYTES; i++) {
      const byte = bytes[i]
      if (byte === undefined) throw tooShort()
      coded += (byte & 0x7f) * weight
      if (byte < 0x80) {
        this.next = i + 1
        return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2
      }
      weight *= 128
    }
    throw new CodecFault('corrupt', 'a number that no event has')
  }
}

function tooShort(): CodecFault {
  return new CodecFault('corrupt', 'the bytes end before the value does')
}
