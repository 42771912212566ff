import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { plainMapping } from '../../src/decode/mapping.ts'
import { type Reading, Refused } from '../../src/decode/reading.ts'
import { seoulSdot } from './seoul-sdot.ts'

const SHARED = new URL('../../../../shared/data/seoul-sdot/wire-frames.jsonl', import.meta.url)

const read = (frame: string) => seoulSdot(Buffer.from(frame), plainMapping('Asia/Seoul'))

const HEAD = 'SDOT001V02Q1940000'
const fields = [
  '0012',
  '0034',
  '-0003.5',
  '055',
  '0270',
  '00003.2',
  '0359',
  '00012.9',
  '120000',
  '00001.1',
  '61',
  '0000.10',
  '0000.20',
  '0000.30',
  '0001.00',
  '0002.00',
  '0003.00',
  '00195.0',
  '0-98',
  '0007',
]
const whole = (minute = '202507010000') => HEAD + fields.join('') + minute

test('a frame is of its own minute, in local time, with a value for each of its phenomena', () => {
  expect(read(whole())).toEqual([
    {
      sensor: 'V02Q1940000',
      at: Date.parse('2025-06-30T15:00:00Z'),
      dated: true,
      boot: null,
      seq: null,
      values: {
        pm2_5: 12,
        pm10: 34,
        temperature: -3.5,
        humidity: 55,
        wind_direction: 270,
        wind_speed: 3.2,
        gust_direction: 359,
        gust_speed: 12.9,
        illuminance: 120_000,
        uv_index: 1.1,
        noise: 61,
        vibration_x: 0.1,
        vibration_y: 0.2,
        vibration_z: 0.3,
        vibration_x_max: 1,
        vibration_y_max: 2,
        vibration_z_max: 3,
        globe_temperature: 195,
        pm2_5_calibrated: -98,
        pm10_calibrated: 7,
      },
    },
  ])
})

test('x pads a field without a value', () => {
  const [reading] = read(HEAD + fields.map((text) => 'x'.repeat(text.length)).join('') + '202507010000xxxx') as Reading[]
  expect(new Set(Object.values(reading?.values ?? {}))).toEqual(new Set([null]))
})

test('a counter has no minute of its own: that of the sequence which came with it', () => {
  const frame = 'SCMS-SEOUL-SDSCMS-SEOUL-SD-00060004'
  expect(read(frame)).toMatchObject([{ sensor: 'SCMS-SEOUL-SD-0006', at: null, values: { visitors: 4 } }])
  for (const sequence of ['202506010000030000', '202506010000']) {
    expect(read(`{"frame":"${frame}","sequence":${sequence}}`)).toMatchObject([{ at: Date.parse('2025-05-31T15:00:00Z') }])
  }
})

test.each([
  ['a minute missing', whole('20250701000'), 'a frame of 141 characters'],
  ['more than its spare places', whole() + 'x'.repeat(61), 'a frame of 203 characters'],
  ['a letter in a number', whole().replace('0034', '00a4'), 'pm10 at character 23'],
  ['a half padded field', whole().replace('0034', 'xx34'), 'pm10 at character 23'],
  ['an unknown model', 'SDOT002V02Q1940000', 'unknown model'],
  ['no frame', '{"sequence":1}', 'no frame'],
  ['nothing', '', 'unknown model'],
  ['not JSON', '{', 'no frame'],
])('%s is refused', (_, frame, detail) => {
  expect(read(frame)).toMatchObject({ detail: expect.stringContaining(detail) })
})

test('the published frames have their published values', () => {
  if (!existsSync(SHARED)) return
  for (const line of readFileSync(SHARED, 'utf8').trim().split('\n')) {
    const { values, frame, ...message } = JSON.parse(line) as { values: string[]; frame: string; sequence: number }
    const [reading] = read(JSON.stringify({ ...message, frame })) as Reading[]
    const [, serial, ...given] = values
    expect(reading?.sensor).toBe(serial)
    const wanted = given.filter((text) => text.length < 12).map((text) => (text === '' ? null : Number(text)))
    const ours = Object.values(reading?.values ?? {})
    expect(ours).toEqual(wanted.slice(0, ours.length))
    const minute = given.find((text) => text.length === 12) ?? BigInt(message.sequence).toString().slice(0, 12)
    expect(new Date((reading?.at as number) + 9 * 3_600_000).toISOString().replaceAll(/\D/g, '').slice(0, 12)).toBe(minute)
  }
})

test('any text is readings or a refusal, never an exception or a number that is none', () => {
  const spoilt = fc
    .tuple(fc.nat(200), fc.string({ maxLength: 3 }))
    .map(([at, text]) => whole().slice(0, at) + text + whole().slice(at + text.length))
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), spoilt), (frame) => {
      const readings = read(frame)
      if (readings instanceof Refused) return
      for (const value of Object.values((readings as Reading[])[0]?.values ?? {}))
        expect(value === null || Number.isFinite(value)).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})
