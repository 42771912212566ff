import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Envelope } from './envelope.ts'
import { readEnvelope } from './lorawan.ts'
import { Refused } from './reading.ts'

const EUI = 'a81758fffe000001'
const BYTES = [1, 0x75, 100]
const BASE64 = Buffer.from(BYTES).toString('base64')

const MESSAGES = {
  'The Things Stack': {
    end_device_ids: { device_id: 'bin-7', dev_eui: EUI.toUpperCase(), dev_addr: '260b0001' },
    received_at: '2024-03-01T10:00:00.512483370Z',
    uplink_message: {
      session_key_id: 'AYfqmb0pc/1uRZv9xUydgQ==',
      f_port: 85,
      f_cnt: 7,
      frm_payload: BASE64,
      received_at: '2024-03-01T10:00:00.250399073Z',
      rx_metadata: [
        { gateway_ids: { gateway_id: 'roof' } },
        { gateway_ids: { gateway_id: 'packetbroker' } },
        { gateway_ids: { gateway_id: 'roof' } },
      ],
    },
  },
  'ChirpStack 4': {
    deduplicationId: '57433366-50a6-4dc2-8145-2df1bbc70d9e',
    time: '2024-03-01T10:00:00.250859+00:00',
    deviceInfo: { devEui: EUI, deviceName: 'bin 7' },
    devAddr: '260b0001',
    fCnt: 7,
    fPort: 85,
    data: BASE64,
    rxInfo: [{ gatewayId: 'roof' }, { gatewayId: 'tower' }],
  },
  'ChirpStack 3': {
    applicationID: '123',
    devEUI: Buffer.from(EUI, 'hex').toString('base64'),
    devAddr: '260b0001',
    fCnt: 7,
    fPort: 85,
    data: BASE64,
    rxInfo: [
      { gatewayID: 'AwMDAwMDAwM=', time: '2024-03-01T10:00:00.300Z' },
      { gatewayID: 'BAQEBAQEBAQ=', time: '2024-03-01T10:00:00.250Z' },
    ],
  },
  LORIOT: {
    cmd: 'gw',
    EUI: EUI.toUpperCase(),
    ts: Date.parse('2024-03-01T10:00:00.250Z'),
    fcnt: 7,
    port: 85,
    devaddr: '260B0001',
    data: '017564',
    gws: [{ gweui: 'A' }, { gweui: 'B' }],
  },
  ThingPark: {
    DevEUI_uplink: {
      Time: '2024-03-01T11:00:00.250+01:00',
      DevEUI: EUI.toUpperCase(),
      DevAddr: '260B0001',
      FPort: 85,
      FCntUp: 7,
      payload_hex: '017564',
      Lrrs: { Lrr: [{ Lrrid: '1' }, { Lrrid: '2' }] },
    },
  },
  'plain HTTP': {
    applicationID: 1,
    devEUI: EUI,
    devAddr: '260b0001',
    time: '2024-0301T10:00:00.250336Z',
    fCnt: 7,
    fPort: 85,
    data: BASE64,
    rxInfo: [{ mac: '24e124fffef021be' }, { mac: '24e124fffef021bf' }],
  },
}

const read = (message: unknown) => readEnvelope(Buffer.from(JSON.stringify(message)))

test.each(Object.entries(MESSAGES))('an uplink of %s is read', (_, message) => {
  const { session, ...envelope } = read(message) as Envelope
  expect(session).toBeTypeOf('string')
  expect({ ...envelope, bytes: [...envelope.bytes] }).toEqual({
    deviceId: EUI,
    fPort: 85,
    fCnt: 7,
    bytes: BYTES,
    receivedAt: Date.parse('2024-03-01T10:00:00.250Z'),
    gateways: 2,
  })
})

test('a frame counter of 0, which protocol buffers leave out, is 0', () => {
  const {
    uplink_message: { f_cnt: _, ...uplink },
    ...message
  } = MESSAGES['The Things Stack']
  expect(read({ ...message, uplink_message: uplink })).toHaveProperty('fCnt', 0)
})

test('an uplink without a usable time has none', () => {
  expect(read({ ...MESSAGES['plain HTTP'], time: 'at noon' })).toHaveProperty('receivedAt', null)
})

test.each([
  ['not JSON', Buffer.from('uplink'), 'not JSON'],
  ['not UTF-8', Buffer.from([0xff, 0xfe]), 'not UTF-8'],
  ['nothing', Buffer.from(''), 'empty'],
  ['a list', Buffer.from('[]'), 'not an object'],
  ['no network server', Buffer.from('{"data":"AQ=="}'), 'no network server'],
  ['a join', Buffer.from('{"end_device_ids":{},"join_accept":{}}'), 'no network server'],
])('%s is refused', (_, payload, detail) => {
  expect(readEnvelope(payload)).toMatchObject({ reason: 'undecodable', detail: expect.stringContaining(detail) })
})

test.each([
  ['a simulated uplink', { ...MESSAGES['The Things Stack'], simulated: true }, 'simulated'],
  ['a downlink', { ...MESSAGES.LORIOT, cmd: 'txd' }, 'no uplink'],
  ['no port', { ...MESSAGES['ChirpStack 4'], fPort: undefined }, 'no port'],
  ['a port beyond a byte', { ...MESSAGES['ChirpStack 4'], fPort: 256 }, 'no port'],
  ['no payload', { ...MESSAGES['ChirpStack 4'], data: undefined }, 'no payload'],
  ['a payload that is no base64', { ...MESSAGES['ChirpStack 4'], data: 'AQ=' }, 'not base64'],
  ['a payload with an odd digit', { ...MESSAGES.LORIOT, data: '017' }, 'not hex'],
  ['a payload longer than LoRaWAN', { ...MESSAGES.LORIOT, data: '00'.repeat(243) }, 'longer'],
  ['no device', { ...MESSAGES.LORIOT, EUI: 7 }, 'names no device'],
  ['a frame counter in words', { ...MESSAGES.LORIOT, fcnt: 'seven' }, 'frame counter'],
])('%s is refused', (_, message, detail) => {
  expect(read(message)).toMatchObject({ detail: expect.stringContaining(detail) })
})

test('a spoilt uplink is an envelope or a refusal, never an exception', () => {
  const message = fc.constantFrom<Record<string, unknown>>(...Object.values(MESSAGES))
  const spoilt = fc.tuple(message, fc.nat(), fc.anything({ maxDepth: 2, withBigInt: false })).map(([whole, at, value]) => {
    const names = Object.keys(whole)
    return { ...whole, [names[at % names.length] as string]: value }
  })
  fc.assert(
    fc.property(spoilt, (given) => {
      const envelope = read(given)
      if (envelope instanceof Refused) return
      expect(envelope.bytes.length).toBeGreaterThan(0)
      expect(envelope.receivedAt === null || Number.isSafeInteger(envelope.receivedAt)).toBe(true)
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readEnvelope(bytes)))
})
