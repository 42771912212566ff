import { type EventRecord, loadCity, type Stream } from '@commonstream/schemas'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Decoded, decoderOf } from './decoder.ts'
import { idPart } from './event-id.ts'

const city = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const bins = city.streams.find((s) => s.name === 'bin-levels') as Stream

const RECEIVED = 1_700_000_000_250
const NOW = RECEIVED + 10_000

type Source = Partial<Stream['source']>

/** The shipped bins, whose sensors have the names of their devices as aliases, with another codec. */
function binsWith(source: Source): Stream {
  const sensors = bins.sensors.map((sensor, i) => ({ ...sensor, aliases: [`a81758fffe00000${i}`] }))
  return { ...bins, sensors, source: { ...bins.source, ...source } }
}

const decode = (source: Source, payload: unknown, sensor: string | null = 'bin-01'): Decoded => {
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return decoderOf(binsWith(source))(bytes, sensor, idPart(sensor ?? ''), NOW)
}
const reasons = ({ refused }: Decoded) => refused.map(({ refusal }) => [refusal.reason, refusal.detail])
const idOf = (event: EventRecord | undefined) => event?.event_id.toString('hex')

const level: Source = { codec: 'milesight-em500-udl', payload: { fields: { fullness: 'distance' } } }
const uplink = (over: object = {}) => ({
  cmd: 'rx',
  EUI: 'A81758FFFE000000',
  devaddr: '260b0001',
  ts: RECEIVED,
  fcnt: 7,
  port: 85,
  data: '03820400',
  ...over,
})

test('an uplink becomes an event of the sensor of its topic', () => {
  expect(decode(level, uplink())).toEqual({
    events: [{ event_id: expect.any(Buffer), sensor: 'bin-01', at: RECEIVED, clamped: false, fullness: 4 }],
    refused: [],
    dropped: [],
  })
})

test('what a contract does not take of a payload is counted by name, whatever its codec', () => {
  const withBattery = decode(level, uplink({ data: `01755f${uplink().data}` }))
  expect([withBattery.events[0]?.['fullness'], withBattery.dropped]).toEqual([4, ['battery']])
  const csv: Source = { codec: 'csv', payload: { sensor: 'bin', at: 'seen', fields: { fullness: 'level' } } }
  const rows = `bin,seen,level,owner\nbin-01,${RECEIVED},4,Ana\nbin-02,${RECEIVED},6,Bo\n`
  expect(decode(csv, rows, null)).toMatchObject({ events: [{ fullness: 4 }, { fullness: 6 }], dropped: ['owner', 'owner'] })
  // A row that is two readings, the change and its confirmation, is one row.
  const seen = { ...csv, payload: { ...csv.payload, seen: 'confirmed' } }
  const row = `bin,seen,confirmed,level,owner\nbin-01,${RECEIVED},${RECEIVED + 1_000},4,Ana\n`
  expect(decode(seen, row, null)).toMatchObject({ events: [{}, {}], dropped: ['owner'] })
})

test('copies of an uplink by several gateways are one event, though each was received at another time', () => {
  const [first, copy, next] = [uplink(), uplink({ ts: RECEIVED + 1_900 }), uplink({ fcnt: 8 })].map((u) => decode(level, u).events[0])
  expect(idOf(copy)).toBe(idOf(first))
  expect(copy?.at).not.toBe(first?.at)
  expect(idOf(next)).not.toBe(idOf(first))
})

test('several times in one uplink are several events, and a history that is sent again is the same events', () => {
  const history = '20ce00f053650200' + '20ce58f053650300'
  const { events } = decode(level, uplink({ data: `${history}03820400` }))
  expect(events.map(({ at, fullness }) => [at, fullness])).toEqual([
    [0x6553f000 * 1_000, 2],
    [0x6553f058 * 1_000, 3],
    [RECEIVED, 4],
  ])
  const again = decode(level, uplink({ data: history, fcnt: 9 })).events
  expect(again.map(idOf)).toEqual(events.slice(0, 2).map(idOf))
})

test('an uplink of another registered sensor than the topic is not taken, one of a device without a name here is', () => {
  expect(reasons(decode(level, uplink({ EUI: 'A81758FFFE000001' })))).toEqual([
    ['not_yours', 'the payload is of another sensor than the topic'],
  ])
  expect(decode(level, uplink({ EUI: '70B3D57BA0000BCE' })).events).toHaveLength(1)
})

test('what a decoder refuses is refused with its reason and the whole payload', () => {
  const { refused, events } = decode(level, uplink({ data: '0382' }))
  expect(events).toEqual([])
  expect(refused.map(({ refusal, bytes }) => [refusal.reason, refusal.detail, bytes.toString()])).toEqual([
    ['undecodable', 'channel 0x03 0x82 at byte 0 is cut off', JSON.stringify(uplink({ data: '0382' }))],
  ])
  expect(reasons(decode(level, '404 Not Found'))).toEqual([['undecodable', 'not JSON']])
})

const rows: Source = { codec: 'csv', payload: { sensor: 'serial', at: 'timestamp', fields: { fullness: 'level' } } }
const csv = (...lines: string[]) => ['timestamp,level,serial', ...lines].join('\n')

test('rows of a poll are events of the sensors that they name, each bad one is refused alone', () => {
  const poll = csv(
    '2023-11-14T22:00:00Z,4,a81758fffe000001',
    '2023-11-14T22:00:00Z,6,nobody',
    'today,6,bin-03',
    '2023-11-14T22:00:00Z,full,bin-03',
    '2023-11-14T22:00:00Z,6',
    '2018-01-01,6,bin-04',
  )
  const decoded = decode(rows, poll, null)
  expect(decoded.events.map(({ sensor, at, fullness }) => [sensor, at, fullness])).toEqual([
    ['bin-02', Date.parse('2023-11-14T22:00:00Z'), 4],
  ])
  expect(reasons(decoded).map(([reason, detail]) => `${reason}: ${detail}`)).toEqual([
    'unregistered: reading 2: the sensor is not in the register',
    'no_time: reading 3: `at` is no instant with an offset',
    'invalid: reading 4: fullness is not a number',
    'invalid: reading 5: row 5 has 2 cells, the header 3',
    'too_old: reading 6: older than the stream allows',
  ])
})

test('the same row is the same event wherever it comes from: its time is its own', () => {
  const row = '2023-11-14T22:00:00Z,4,bin-02'
  expect(idOf(decode(rows, csv(row), null).events[0])).toBe(idOf(decode(rows, csv(row), 'bin-02').events[0]))
})

test('a json payload of many sensors says reading by reading whose it is', () => {
  const reading = { at: RECEIVED, fullness: 4 }
  const decoded = decode(
    { codec: 'json' },
    [{ sensor: 'bin-02', ...reading }, reading, 7, { sensor: 'a81758fffe000002', ...reading }],
    null,
  )
  expect(decoded.events.map((e) => e.sensor)).toEqual(['bin-02', 'bin-03'])
  expect(decoded.dropped).toEqual([])
  expect(idOf(decoded.events[0])).toBe(idOf(decode({ codec: 'json' }, reading, 'bin-02').events[0]))
  expect(reasons(decoded)).toEqual([
    ['unregistered', 'reading 2: the payload does not say whose reading it is'],
    ['invalid', 'reading 3: not an object'],
  ])
})

test('uplinks of several kinds of device on one topic: the register knows the kind by the name in the uplink', () => {
  const stream = binsWith({ codec: 'lorawan', payload: { fields: { fullness: 'distance' } } })
  const device = (i: number) => (i === 0 ? 'milesight-em500-udl' : i === 1 ? 'decentlab-dl-mbx' : undefined)
  const sensors = stream.sensors.map((s, i) => ({ ...s, ...(device(i) !== undefined && { device: device(i) as string }) }))
  const decodeMany = decoderOf({ ...stream, sensors })
  const take = (over: object) => decodeMany(Buffer.from(JSON.stringify(uplink(over))), null, '', NOW)
  expect(take({}).events).toMatchObject([{ sensor: 'bin-01', fullness: 4 }])
  expect(take({ EUI: 'A81758FFFE000001', data: '02123400030fa0000a0e10', port: 1 }).events).toMatchObject([{ sensor: 'bin-02' }])
  expect(reasons(take({ EUI: 'A81758FFFE000002' }))).toEqual([['undecodable', "the sensor's device has no decoder"]])
})

test('a codec that nobody has stops the bridge before it starts', () => {
  expect(() => decoderOf(binsWith({ codec: 'morse' }))).toThrow(/"morse", which this bridge does not have/)
})
