import fc from 'fast-check'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { LIMITS } from './contained/limits.ts'
import { type Mapping, plainMapping } from './mapping.ts'
import { isBuiltIn, type PayloadDecoder, payloadDecoder } from './payload-decoder.ts'
import { isValue, Refused } from './reading.ts'

vi.setConfig({ testTimeout: 120_000 })

const plain = plainMapping('Europe/London')
const decoder = (codec: string, over: Partial<Mapping> = {}) => payloadDecoder(codec, { ...plain, ...over }, null) as PayloadDecoder

const CODECS = ['lorawan', 'csv', 'geojson', 'gbfs-station-status', 'seoul-sdot', 'milesight-em400-udl']
const uplink = (hex: string) =>
  Buffer.from(JSON.stringify({ cmd: 'rx', EUI: 'A81758FFFE000001', ts: 1_700_000_000_250, fcnt: 7, port: 85, data: hex }))

test('a codec names a decoder of ours, or none', () => {
  expect(CODECS.filter((codec) => !isBuiltIn(codec))).toEqual([])
  for (const codec of ['json', 'decoder', '', 'constructor']) {
    expect(isBuiltIn(codec)).toBe(false)
    expect(payloadDecoder(codec, plain, null)).toBeNull()
  }
})

test("a device's name decodes its uplinks under the stream's names", () => {
  const fields = { fields: { distance: 'distance', lid: 'tilted' }, values: { lid: { true: 'open', false: 'shut' } } }
  expect(decoder('milesight-em400-udl', fields).decode(uplink('0482d200050001'), null)).toEqual([
    {
      sensor: 'a81758fffe000001',
      at: 1_700_000_000_250,
      dated: false,
      boot: expect.any(String),
      seq: 7,
      values: { distance: 210, lid: 'open' },
    },
  ])
})

test('lorawan takes the device of the sensor, else that of the stream; without one it refuses', () => {
  const bytes = uplink('03821027')
  expect(decoder('lorawan').decode(bytes, 'milesight-em500-udl')).toMatchObject([{ values: { distance: 10_000 } }])
  expect(decoder('lorawan', { device: 'milesight-em500-udl' }).decode(bytes, null)).toMatchObject([{ values: { distance: 10_000 } }])
  expect(decoder('lorawan', { device: 'milesight-em500-udl' }).decode(bytes, 'milesight-em400-udl')).toMatchObject({
    detail: expect.stringContaining('channel'),
  })
  expect(decoder('lorawan').decode(bytes, null)).toMatchObject({ detail: expect.stringContaining('no decoder') })
})

test('payloads that are too long, and those without a reading, are refused', () => {
  for (const codec of CODECS) expect(decoder(codec).decode(Buffer.alloc(17_000_000, 0x20), null)).toMatchObject({ reason: 'too_large' })
  expect(decoder('csv').decode(Buffer.from('a,b\n'), null)).toMatchObject({ reason: 'invalid' })
  expect(decoder('csv').decode(Buffer.from('a,b\n' + '1,2\n'.repeat(20_001)), null)).toMatchObject({ reason: 'too_large' })
  const nothings = JSON.stringify(Array.from({ length: 20_001 }, () => 0))
  for (const [codec, payload] of [
    ['records', nothings],
    ['geojson', nothings],
    ['gbfs-station-status', `{"data":{"stations":${nothings}}}`],
  ] as const)
    expect(decoder(codec).decode(Buffer.from(payload), null)).toMatchObject({ reason: 'too_large' })
})

test('any bytes to any decoder give values or a reason in little time, and never an exception', () => {
  const decoders = CODECS.map((codec) => decoder(codec, { sensor: 'id', at: 't' }))
  let slowest = 0
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ minLength: 1, maxLength: 242 }).map((b) => uplink(Buffer.from(b).toString('hex'))),
  )
  fc.assert(
    fc.property(bytes, fc.constantFrom(...decoders), (payload, one) => {
      const start = process.cpuUsage()
      const decoded = one.decode(payload, 'milesight-wt201')
      const used = process.cpuUsage(start)
      slowest = Math.max(slowest, used.user + used.system)
      for (const reading of decoded instanceof Refused ? [] : decoded) {
        if (!(reading instanceof Refused)) expect(Object.values(reading.values).every(isValue)).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
  expect(slowest).toBeLessThan(1_000_000)
})

test("a city's own decoder runs contained: of payloads, and of uplinks", async () => {
  const city = realpathSync(mkdtempSync(join(tmpdir(), 'city-own-')))
  const own = (name: string, text: string) => {
    const file = join(city, `${name}.ts`)
    writeFileSync(file, text)
    return { file, city, limits: { ...LIMITS, timeMs: 15_000, startMs: 60_000 } }
  }
  const payloads = payloadDecoder(
    'ours',
    { ...plain, fields: { level: 'l' } },
    own(
      'a',
      `export const decode = (bytes: Uint8Array, { zone }: { zone: string }) =>
    bytes[0] === 0 ? { errors: ['no'] } : [...bytes].map((l) => ({ at: 1_700_000_000_000, values: { l, zone } }))`,
    ),
  ) as PayloadDecoder
  const uplinks = payloadDecoder(
    'lorawan',
    plain,
    own(
      'b',
      `export function decodeUplink({ bytes, fPort }: { bytes: number[]; fPort: number }): unknown {
    return bytes.length === 1 ? { errors: ['too short'] } : bytes.length === 2 ? 7 : { data: { sum: bytes.reduce((a, b) => a + b), fPort } } }`,
    ),
  ) as PayloadDecoder
  try {
    expect(payloads.decode(Uint8Array.of(4, 5), null)).toMatchObject([{ values: { level: 4 } }, { values: { level: 5 } }])
    expect(payloads.decode(Uint8Array.of(0), null)).toMatchObject({ reason: 'undecodable' })
    expect(uplinks.decode(uplink('010203'), null)).toMatchObject([{ sensor: 'a81758fffe000001', seq: 7, values: { sum: 6, fPort: 85 } }])
    expect(uplinks.decode(uplink('01'), null)).toMatchObject({ reason: 'undecodable', detail: 'too short' })
    expect(uplinks.decode(uplink('0102'), null)).toMatchObject({ detail: expect.stringContaining('neither data nor errors') })
    expect(uplinks.decode(uplink('03821027'), 'milesight-em500-udl')).toMatchObject([{ values: { distance: 10_000 } }])
  } finally {
    await Promise.all([payloads.close(), uplinks.close()])
    rmSync(city, { recursive: true })
  }
})
