import fc from 'fast-check'
import mqttPacket, { type IConnectPacket } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { answerTo } from './answers.ts'
import { byToken, open } from './authenticate.ts'
import { countFilters } from './filters.ts'
import { Frame } from './frame.ts'
import { judgeConnect, levelOf } from './judge-connect.ts'
import { PacketParser } from './parse-packet.ts'

const CONNECT: IConnectPacket = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 10, clientId: 'a' }
const connectOf = (more: Partial<IConnectPacket>) => mqttPacket.generate({ ...CONNECT, ...more })

function parserOf(version: 4 | 5): PacketParser {
  const parser = new PacketParser()
  expect(parser.parse(connectOf({ protocolVersion: version }))).toMatchObject({ cmd: 'connect' })
  return parser
}

/** One packet of any type with any body, its length right. */
const framed = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 100 }))
  .map(([first, body]) => Buffer.from([first, body.length, ...body]))

test.each([4, 5] as const)('any packet of version %i is parsed, answered or refused, and never throws', (version) => {
  fc.assert(
    fc.property(fc.array(framed, { minLength: 1, maxLength: 5 }), (packets) => {
      const parser = parserOf(version)
      for (const bytes of packets) {
        const frame = new Frame()
        frame.read(bytes, 0)
        countFilters(bytes, frame, version)
        const packet = parser.parse(bytes)
        // A malformed packet is the connection's last.
        if (packet instanceof Error) return
        answerTo(packet)
      }
      // Nothing of them is left in the parser: the next packet is read as it is.
      expect(parser.parse(Buffer.from([0xc0, 0]))).toMatchObject({ cmd: 'pingreq' })
    }),
    { numRuns: 3_000 },
  )
})

test('any bytes behind the head of a CONNECT are judged, and never throw', () => {
  const head = fc.constantFrom([0, 4, 77, 81, 84, 84, 4], [0, 4, 77, 81, 84, 84, 5], [0, 6, 77, 81, 73, 115, 100, 112, 3], [])
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 80 }), (start, rest) => {
      const body = [...start, ...rest]
      const bytes = Buffer.from([0x10, body.length, ...body])
      const frame = new Frame()
      frame.read(bytes, 0)
      levelOf(bytes, frame)
      const packet = new PacketParser().parse(bytes)
      if (!(packet instanceof Error) && packet.cmd === 'connect') judgeConnect(packet, byToken('secret'), () => 'new')
    }),
    { numRuns: 3_000 },
  )
})

test.each<[string, Partial<IConnectPacket>, object]>([
  [
    'an ordinary client',
    {},
    { version: 4, clientId: 'a', assigned: false, user: null, silenceMs: 15_000, keepAliveMs: 10_000, will: false },
  ],
  ['no keep alive', { keepalive: 0 }, { silenceMs: 0 }],
  ['no id', { clientId: '' }, { clientId: 'new', assigned: true }],
  ['no id and an old session', { clientId: '', clean: false }, { code: 0x85 }],
  ['no id in version 5', { clientId: '', clean: false, protocolVersion: 5 }, { clientId: 'new' }],
  ['a long id', { clientId: 'x'.repeat(257) }, { code: 0x85 }],
  ['a will', { will: { topic: 't', payload: Buffer.from('x'), qos: 1, retain: false } }, { will: true }],
  ['a way of authenticating that we do not have', { protocolVersion: 5, properties: { authenticationMethod: 'x' } }, { code: 0x8c }],
  ['a receive maximum of 0', { protocolVersion: 5, properties: { receiveMaximum: 0 } }, { code: 0x82 }],
  ['the version before 3.1.1', { protocolId: 'MQIsdp', protocolVersion: 3 }, { code: 0x84 }],
])('judgeConnect: %s', (_, packet, expected) => {
  expect(judgeConnect({ ...CONNECT, ...packet }, open, () => 'new')).toMatchObject(expected)
})

test('byToken wants the HMAC of the user name in hex', () => {
  const authenticate = byToken('key')
  // printf user | openssl dgst -sha256 -hmac key
  const password = 'e66e1f9375ca3becdfe292b7aae284d693114888bac81a4ec2b766b98ed626c9'
  expect(authenticate('user', Buffer.from(password))).toEqual({ user: 'user' })
  expect(authenticate('user', undefined)).toBe('no_credentials')
  expect(authenticate(undefined, Buffer.from(password))).toBe('no_credentials')
  expect(authenticate('user', Buffer.from(password.slice(1)))).toBe('wrong')
  expect(authenticate('other', Buffer.from(password))).toBe('wrong')
  expect(authenticate('user', Buffer.from(password.toUpperCase()))).toBe('wrong')
})

test.each([4, 5] as const)(
  'filters of version %i are counted as the library wrote them, and every cut of them is malformed',
  (protocolVersion) => {
    const filter = fc.string({ minLength: 1, maxLength: 30 }).filter((t) => !t.includes('\0'))
    fc.assert(
      fc.property(
        fc.array(filter, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 65_535 }),
        fc.boolean(),
        (topics, messageId, subscribes) => {
          const packet = subscribes
            ? {
                cmd: 'subscribe' as const,
                messageId,
                subscriptions: topics.map((topic, i) => ({ topic, qos: (i % 3) as 0 | 1 | 2, nl: i % 2 === 0, rap: true, rh: i % 3 })),
              }
            : { cmd: 'unsubscribe' as const, messageId, unsubscriptions: topics }
          const bytes = mqttPacket.generate(packet, { protocolVersion })
          const frame = new Frame()
          frame.read(bytes, 0)
          expect(countFilters(bytes, frame, protocolVersion)).toEqual({ packetId: messageId, count: topics.length })
          frame.end--
          expect(countFilters(bytes, frame, protocolVersion)).toBeNull()
        },
      ),
    )
  },
)
