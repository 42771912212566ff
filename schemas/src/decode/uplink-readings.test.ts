import { expect, test } from 'vitest'
import type { Envelope } from './envelope.ts'
import type { Reading } from './reading.ts'
import { uplinkReadings } from './uplink-readings.ts'

const envelope: Envelope = {
  deviceId: 'a81758fffe000001',
  session: '260b0001',
  fPort: 85,
  fCnt: 7,
  bytes: Uint8Array.of(1, 2, 3),
  receivedAt: 1_700_000_000_250,
  gateways: 2,
}
const one = (given: Envelope, data = { distance: 5 }) => (uplinkReadings(given, { data }) as Reading[])[0] as Reading
const identity = ({ dated, boot, seq }: Reading) => ({ dated, boot, seq })

test('several times in one uplink are several readings, the earlier ones first', () => {
  const data = {
    battery: 90,
    wires: ['y1'],
    history: [
      { at: 1_699_999_000_000, distance: 4 },
      { at: 1_699_999_600_000, distance: 5 },
    ],
  }
  const readings = uplinkReadings(envelope, { data }) as Reading[]
  expect(readings.map(({ at, dated, seq, values }) => ({ at, dated, seq, values }))).toEqual([
    { at: 1_699_999_000_000, dated: true, seq: null, values: { distance: 4 } },
    { at: 1_699_999_600_000, dated: true, seq: null, values: { distance: 5 } },
    { at: 1_700_000_000_250, dated: false, seq: 7, values: { battery: 90 } },
  ])
  expect(new Set(readings.map((r) => r.sensor))).toEqual(new Set([envelope.deviceId]))
})

test('copies of one uplink by several gateways have one identity, whenever each was received', () => {
  const copy = one({ ...envelope, receivedAt: 1_700_000_001_900, gateways: 1 })
  expect(identity(copy)).toEqual(identity(one(envelope)))
  expect(identity(copy)).toEqual({ dated: false, boot: expect.stringMatching(/^[0-9a-f]{32}$/), seq: 7 })
})

test('another frame, other bytes and another session are other uplinks', () => {
  const others = [{ fCnt: 8 }, { bytes: Uint8Array.of(1, 2, 4) }, { session: '260b0002' }, { session: null }]
  const identities = [envelope, ...others.map((other) => ({ ...envelope, ...other }))].map((given) => JSON.stringify(identity(one(given))))
  expect(new Set(identities).size).toBe(5)
})

test('where no session is named, a device that starts anew within a day is not taken for a copy', () => {
  const nameless = { ...envelope, session: null, fCnt: 0 }
  const second = { ...nameless, receivedAt: 1_700_000_001_900 }
  const anew = { ...nameless, receivedAt: 1_700_003_600_250 }
  expect(identity(one(second))).toEqual(identity(one(nameless)))
  expect(identity(one(anew))).not.toEqual(identity(one(nameless)))
})

test("a device's own time makes the reading's, and is its identity", () => {
  const [reading] = uplinkReadings(envelope, { data: { at: 1_699_999_000_000, people: 3 } }) as Reading[]
  expect(reading).toMatchObject({ at: 1_699_999_000_000, dated: true, boot: null, seq: null, values: { people: 3 } })
})

test('without a frame counter the time of reception is the identity', () => {
  expect(identity(one({ ...envelope, fCnt: null }))).toEqual({ dated: true, boot: null, seq: null })
})

test('an uplink that measures nothing is refused, and so is what a decoder refused; its words only if they quote nothing', () => {
  const refused = (errors: unknown) => uplinkReadings(envelope, { errors: errors as string[] })
  expect(uplinkReadings(envelope, { data: { plans: [{}] } })).toMatchObject({ reason: 'invalid', detail: 'the uplink measures nothing' })
  expect(refused(['9 bytes where 11 are needed'])).toMatchObject({ reason: 'undecodable', detail: '9 bytes where 11 are needed' })
  expect(refused([])).toMatchObject({ detail: 'the decoder gave no reason' })
  for (const words of ['got 0a1b2c3d', 'bad value of somebody@example.org', 'at 12:30', 7, null, 'zwölf']) {
    expect(refused([words])).toMatchObject({ detail: expect.stringMatching(/^the decoder (refused it|gave no reason)$/) })
  }
})
