import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { expect, test } from 'vitest'
import { Frame, MALFORMED, PARTIAL, WHOLE } from './frame.ts'
import { readPublish } from './publish-packet.ts'

const publish = fc.record({
  topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((t) => !/[\0+#\ud800-\udfff]/.test(t)),
  payload: fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b)),
  qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
  retain: fc.boolean(),
  messageId: fc.integer({ min: 1, max: 65_535 }),
})

test.each([4, 5] as const)('a PUBLISH of version %i reads back as the library wrote it, wherever it stands', (protocolVersion) => {
  fc.assert(
    fc.property(publish, fc.nat(20), fc.nat(20), (p, before, after) => {
      const written = mqttPacket.generate({ cmd: 'publish', dup: false, ...p }, { protocolVersion })
      const bytes = Buffer.concat([Buffer.alloc(before, 0xff), written, Buffer.alloc(after, 0xff)])
      const frame = new Frame()
      expect(frame.read(bytes, before)).toBe(WHOLE)
      expect([frame.type, frame.start, frame.end]).toEqual([3, before, before + written.length])
      const read = readPublish(bytes, frame, protocolVersion)
      expect(read).toMatchObject({ topic: p.topic, qos: p.qos, retain: p.retain, packetId: p.qos === 0 ? 0 : p.messageId })
      expect(read?.payload.equals(p.payload)).toBe(true)
      for (let cut = 1; cut < written.length; cut += 7) expect(new Frame().read(bytes.subarray(before, before + cut), 0)).toBe(PARTIAL)
    }),
  )
})

test('readPublish never reads beyond its packet, whatever the bytes say', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 2, maxLength: 60 }),
      fc.integer({ min: 0, max: 15 }),
      fc.constantFrom(4, 5),
      (body, flags, version) => {
        const bytes = Buffer.concat([Buffer.from([0x30 | flags, body.length]), body, Buffer.from('next packet, not ours')])
        const frame = new Frame()
        frame.read(bytes, 0)
        const read = readPublish(bytes, frame, version)
        if (read === null) return
        expect(read.topic).not.toMatch(/[\0+#]/)
        expect(2 + Buffer.byteLength(read.topic) + (read.qos > 0 ? 2 : 0) + read.payload.length).toBeLessThanOrEqual(body.length)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('a length of more than four bytes is malformed', () => {
  expect(new Frame().read(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]), 0)).toBe(MALFORMED)
  const largest = new Frame()
  expect(largest.read(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), 0)).toBe(PARTIAL)
  expect(largest.length).toBe(268_435_455)
})

test.each([
  ['QoS 3', [0x36, 7, 0, 1, 0x61, 0, 1, 0x7b, 0x7d]],
  ['a repeated QoS 0', [0x38, 5, 0, 1, 0x61, 0x7b, 0x7d]],
  ['packet id 0', [0x32, 5, 0, 1, 0x61, 0, 0]],
  ['no room for the packet id', [0x32, 4, 0, 1, 0x61, 0]],
  ['a topic longer than the packet', [0x30, 3, 0, 9, 0x61]],
  ['a wildcard', [0x30, 4, 0, 2, 0x61, 0x23]],
  ['a null character', [0x30, 4, 0, 2, 0x61, 0]],
  ['a topic that is not UTF-8', [0x30, 4, 0, 2, 0xc3, 0x28]],
])('a PUBLISH with %s is malformed', (_, bytes) => {
  const frame = new Frame()
  expect(frame.read(Buffer.from(bytes), 0)).toBe(WHOLE)
  expect(readPublish(Buffer.from(bytes), frame, 4)).toBeNull()
})

test('properties are read over as the library writes them, a topic alias is seen', () => {
  const text = fc.string({ maxLength: 20 })
  const properties = fc.record(
    {
      payloadFormatIndicator: fc.boolean(),
      messageExpiryInterval: fc.nat(),
      topicAlias: fc.integer({ min: 1, max: 65_535 }),
      responseTopic: text,
      correlationData: fc.uint8Array({ maxLength: 20 }).map((b) => Buffer.from(b)),
      userProperties: fc.dictionary(text, text, { minKeys: 1, maxKeys: 4 }).map((d) => ({ ...d })),
      subscriptionIdentifier: fc.integer({ min: 1, max: 268_435_455 }),
      contentType: text,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(properties, (given) => {
      const bytes = mqttPacket.generate(
        { cmd: 'publish', topic: 't', payload: 'p', qos: 0, retain: false, dup: false, properties: given },
        { protocolVersion: 5 },
      )
      const frame = new Frame()
      frame.read(bytes, 0)
      expect(readPublish(bytes, frame, 5)).toMatchObject({ topic: 't', payload: Buffer.from('p'), aliased: given.topicAlias !== undefined })
    }),
  )
})

test.each([
  ['an unknown property', [0x7f, 0]],
  ['a text that ends beyond them', [0x03, 0, 9, 0x61]],
  ['a number that ends beyond them', [0x02, 0, 0]],
  ['a pair with one half', [0x26, 0, 1, 0x61]],
])('properties with %s are malformed', (_, properties) => {
  const bytes = Buffer.from([0x30, 4 + properties.length + 2, 0, 1, 0x61, properties.length, ...properties, 0x7b, 0x7d])
  const frame = new Frame()
  frame.read(bytes, 0)
  expect(readPublish(bytes, frame, 5)).toBeNull()
})
