import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEVICES } from './devices.ts'
import { isValue } from './reading.ts'
import type { UplinkData, UplinkResult } from './uplink.ts'

const DIR = join(import.meta.dirname, '..', '..', 'decoders', 'devices')

interface Sample {
  readonly about: string
  readonly fPort: number
  readonly hex: string
  readonly data?: UplinkData
  readonly error?: string
}

const samplesOf = (name: string) => JSON.parse(readFileSync(join(DIR, 'samples', `${name}.json`), 'utf8')) as Sample[]
const bytesOf = (hex: string) => [...Buffer.from(hex, 'hex')]

test('every file of a device is known by its name, and has samples', () => {
  const files = readdirSync(DIR).filter((file) => file.endsWith('.ts'))
  expect(files.map((file) => file.replace(/\.ts$/, '')).sort()).toEqual([...DEVICES.keys()].sort())
  expect(readdirSync(join(DIR, 'samples')).sort()).toEqual([...DEVICES.keys()].map((name) => `${name}.json`).sort())
})

describe.each([...DEVICES])('%s', (name, device) => {
  const samples = samplesOf(name)

  test.each(samples.filter((s) => s.data !== undefined))('decodes $about', ({ fPort, hex, data }) => {
    expect(device.decodeUplink({ bytes: bytesOf(hex), fPort })).toEqual({ data })
  })

  test.each(samples.filter((s) => s.error !== undefined))('refuses $about', ({ fPort, hex, error }) => {
    const result = device.decodeUplink({ bytes: bytesOf(hex), fPort })
    expect(result).toEqual({ errors: [expect.stringContaining(error as string)] })
  })

  test('has samples of both sorts', () => {
    expect(samples.some((s) => s.data !== undefined)).toBe(true)
    expect(samples.some((s) => s.error !== undefined)).toBe(true)
  })

  test('makes of any bytes values that are declared and finite, or a reason, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(255), (bytes, fPort) =>
        soundly(device.decodeUplink({ bytes, fPort }), device.fields),
      ),
      { numRuns: 300 },
    )
  })

  test('makes of spoilt samples values that are declared and finite, or a reason, and never throws', () => {
    const sample = fc.constantFrom(...samples.filter((s) => s.data !== undefined))
    const spoilt = fc.tuple(sample, fc.nat(), fc.nat(255), fc.integer({ min: -3, max: 3 })).map(([{ hex, fPort }, at, byte, more]) => {
      const bytes = bytesOf(hex)
      bytes[at % bytes.length] = byte
      return { bytes: more < 0 ? bytes.slice(0, more) : [...bytes, ...bytes.slice(0, more)], fPort }
    })
    fc.assert(
      fc.property(spoilt, (uplink) => soundly(device.decodeUplink(uplink), device.fields)),
      { numRuns: 500 },
    )
  })

  test('refuses every sample that is cut short, unless what is left is whole', () => {
    for (const { hex, fPort } of samples.filter((s) => s.data !== undefined)) {
      const bytes = bytesOf(hex)
      const refused = bytes.map((_, length) => 'errors' in device.decodeUplink({ bytes: bytes.slice(0, length), fPort }))
      expect(refused[0]).toBe(true)
      // Of a channel or type of n bytes, n - 1 cuts leave a part.
      if (bytes.length > 3) expect(refused.filter((r) => r).length).toBeGreaterThan(bytes.length / 2)
    }
  })

  test('refuses what are no bytes and no port', () => {
    const wrong = [[256], [-1], [1.5], [Number.NaN], ['1'], [null], new Array(1), {}, 'ab', null].map((bytes) => ({ bytes, fPort: 1 }))
    for (const uplink of [...wrong, { bytes: [1], fPort: -1 }, { bytes: [1], fPort: '1' }, { bytes: [1] }]) {
      expect(device.decodeUplink(uplink as never)).toHaveProperty('errors')
    }
  })
})

/** Whether a result is a reason, or holds declared, finite values of one instant each. */
function soundly(result: UplinkResult, fields: Readonly<Record<string, string>>): void {
  if ('errors' in result) {
    expect(result.errors.length).toBe(1)
    return
  }
  const { history = [], ...now } = result.data
  for (const reading of [now, ...history]) {
    for (const [name, value] of Object.entries(reading)) {
      if (name === 'at') expect(Number.isSafeInteger(value)).toBe(true)
      else if (typeof value !== 'object' || value === null) {
        expect([name, value, isValue(value)]).toEqual([name, value, true])
        expect(fields).toHaveProperty([name])
      }
    }
  }
}
