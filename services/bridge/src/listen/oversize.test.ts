import { createHash } from 'node:crypto'
import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { expect, test } from 'vitest'
import { Frame } from './frame.ts'
import { Oversize } from './oversize.ts'

/** Cuts bytes at the given places and feeds the pieces. */
function feedInPieces(oversize: Oversize, bytes: Buffer, cuts: readonly number[]): void {
  const places = [...new Set([0, ...cuts.map((c) => c % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  for (let i = 1; i < places.length; i++) {
    const piece = bytes.subarray(places[i - 1], places[i])
    expect(oversize.feed(piece, 0)).toBe(piece.length)
  }
}

test('Oversize knows topic, length and hash of what went past, however it was cut', () => {
  const message = fc.record({
    topic: fc.string({ minLength: 1, maxLength: 60 }).filter((t) => !/[+#\0]/.test(t)),
    payload: fc.uint8Array({ maxLength: 5_000 }).map((b) => Buffer.from(b)),
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    version: fc.constantFrom(4 as const, 5 as const),
    note: fc.string({ maxLength: 300 }),
  })
  fc.assert(
    fc.property(message, fc.array(fc.nat(), { maxLength: 8 }), ({ topic, payload, qos, version, note }, cuts) => {
      const properties = version === 5 && note !== '' ? { properties: { userProperties: { note } } } : {}
      const bytes = mqttPacket.generate(
        { cmd: 'publish', topic, payload, qos, messageId: 7, retain: false, dup: false, ...properties },
        { protocolVersion: version },
      )
      const frame = new Frame()
      frame.read(bytes, 0)
      const oversize = new Oversize(frame, version)
      feedInPieces(oversize, bytes.subarray(frame.body), cuts)
      expect(oversize.malformed).toBe(false)
      expect(oversize.passed).toEqual({
        topic,
        qos,
        packetId: qos === 0 ? 0 : 7,
        length: payload.length,
        sha256: createHash('sha256').update(payload).digest('hex'),
      })
    }),
  )
})

test('Oversize leaves what follows the packet alone', () => {
  const bytes = mqttPacket.generate({ cmd: 'publish', topic: 'a', payload: 'xyz', qos: 1, messageId: 1, retain: false, dup: false })
  const frame = new Frame()
  frame.read(bytes, 0)
  const oversize = new Oversize(frame, 4)
  expect(oversize.feed(Buffer.concat([bytes, Buffer.from('rest')]), frame.body)).toBe(bytes.length)
  expect(oversize.passed?.length).toBe(3)
})

test('Oversize calls bytes malformed that are no PUBLISH', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 3, maxLength: 200 }),
      fc.constantFrom(0x30, 0x32, 0x34, 0x36),
      fc.constantFrom(4, 5),
      (body, first, version) => {
        const bytes = Buffer.concat([Buffer.from([first, 0x80 | (body.length & 0x7f), body.length >> 7]), body])
        const frame = new Frame()
        frame.read(bytes, 0)
        const oversize = new Oversize(frame, version)
        oversize.feed(bytes, frame.body)
        expect(oversize.malformed || oversize.passed !== null).toBe(true)
      },
    ),
  )
})
