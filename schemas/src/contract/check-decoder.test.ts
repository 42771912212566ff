import { afterAll, expect, test } from 'vitest'
import { payloadDecoderOf } from '../decode/payload-decoder.ts'
import type { Stream } from './stream.ts'
import { faultsOf } from '../support/faults-of.ts'
import { tempCity } from '../support/temp-city.ts'
import { loadCity } from './load-city.ts'

const CONTRACT = 'streams/bin-levels/contract.yaml'
const SENSORS = 'streams/bin-levels/sensors.geojson'

const cities: ReturnType<typeof tempCity>[] = []
afterAll(() => {
  for (const city of cities) city.end()
})

/** The shipped bins with another codec and what else of the source's lines is given. */
function binsWith(codec: string, payload = '', spoil?: (city: ReturnType<typeof tempCity>) => void) {
  const city = tempCity()
  cities.push(city)
  city.edit(CONTRACT, 'codec: json', `codec: ${codec}${payload === '' ? '' : `\n  payload: ${payload}`}`)
  city.remove('streams/bin-levels/examples')
  city.write('streams/bin-levels/examples/one.json', '{"fullness":4,"at":"2018-08-13T00:00:00+10:00"}')
  spoil?.(city)
  return city
}

const streamOf = async (city: ReturnType<typeof tempCity>) =>
  (await loadCity(city.dir)).streams.find((s) => s.name === 'bin-levels') as Stream

test('a codec is a device, a format, lorawan with devices, or a file of the city', async () => {
  const device = await streamOf(binsWith('milesight-em400-udl', '{ fields: { fullness: distance } }'))
  expect(device.source).toMatchObject({ codec: 'milesight-em400-udl', payload: { fields: { fullness: 'distance' } } })
  expect(
    payloadDecoderOf(device)?.decode(Buffer.from('{"cmd":"rx","EUI":"1","fcnt":1,"port":85,"ts":1700000000000,"data":"04820400"}'), null),
  ).toMatchObject([{ at: 1_700_000_000_000, values: { fullness: 4 } }])
  const rows = await streamOf(binsWith('csv', '{ sensor: serialNumber, at: timestamp, fields: { fullness: latestFullness } }'))
  expect(payloadDecoderOf(rows)?.decode(Buffer.from('timestamp,latestFullness,serialNumber\n2018-08-13,4,7'), null)).toMatchObject([
    { sensor: '7', at: Date.parse('2018-08-12T14:00:00Z'), values: { fullness: 4 } },
  ])
  const all = await streamOf(binsWith('lorawan', '{ device: decentlab-dl-mbx }'))
  expect(all.source.payload?.device).toBe('decentlab-dl-mbx')
  const each = await streamOf(
    binsWith('lorawan', '', (city) => {
      for (let i = 0; i < 31; i++) city.edit(SENSORS, '"place": "exact"}', '"place": "exact", "device": "decentlab-dl-mbx"}')
    }),
  )
  expect(new Set(each.sensors.map((s) => s.device))).toEqual(new Set(['decentlab-dl-mbx']))
})

test("a city's own decoder is found in the stream's folder, or by its name in decoders/", async () => {
  const beside = binsWith('ours', '', (city) => city.write('streams/bin-levels/decode.ts', 'export const decode = () => []'))
  expect((await streamOf(beside)).source.decoder).toEqual({ file: `${beside.dir}/streams/bin-levels/decode.ts`, city: beside.dir })
  const shared = binsWith('ours', '', (city) => city.write('decoders/ours.ts', 'export const decode = () => []'))
  expect((await streamOf(shared)).source.decoder).toEqual({ file: `${shared.dir}/decoders/ours.ts`, city: shared.dir })
})

test.each([
  ['morse', '', /"morse" is neither json nor lorawan/],
  ['constructor', '', /"constructor" is neither/],
  ['../devices/milesight-em400-udl', '', /is neither/],
  ['csv', '', /csv needs "payload"/],
  ['json', '{ at: t }', /json carries the names of the stream/],
  ['csv', '{ at: t, fields: { weight: w } }', /has no property "weight"/],
  ['csv', '{ at: t, values: { weight: { a: 1 } } }', /has no property "weight"/],
  ['csv', '{ at: t, fields: { fullness: deviceId } }', /"deviceId" says that it identifies/],
  ['csv', '{ at: t, separator: ";;" }', /separator/],
  ['lorawan', '', /sensor "bin-01" is of no "device"/],
  ['lorawan', '{ device: nobody }', /"nobody" has no decoder/],
])('codec %s with payload %j is refused', async (codec, payload, message) => {
  const faults = await faultsOf(binsWith(codec, payload).dir)
  expect(faults).toEqual([expect.stringMatching(message)])
})

test('a sensor of a device without a decoder is refused', async () => {
  const city = binsWith('lorawan', '{ device: decentlab-dl-mbx }', (c) =>
    c.edit(SENSORS, '"place": "exact"}', '"place": "exact", "device": "abacus"}'),
  )
  expect(await faultsOf(city.dir)).toEqual([expect.stringMatching(/sensor "bin-01" is of device "abacus"/)])
})
