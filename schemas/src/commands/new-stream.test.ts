import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadCity } from '../contract/load-city.ts'
import { tempCity } from '../support/temp-city.ts'
import { makeStream } from './make-stream.ts'
import { newStream } from './new-stream.ts'
import { standing } from './standing.ts'

const TODAY = '2026-11-25'
const NOW = Date.parse(`${TODAY}T12:00:00Z`)
let dir: string

/** A city that has no stream yet. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'city-new-'))
  cpSync(join(import.meta.dirname, '..', '..', 'city.yaml'), join(dir, 'city.yaml'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test.each(['count', 'gauge', 'counter', 'state'])('a new stream of kind %s passes all checks but the approval', async (kind) => {
  const files = newStream(dir, { name: 'sound-levels', kind, property: 'level', unit: 'dB', every: 'PT5S' }, TODAY)
  expect(files.map((f) => f.slice(dir.length + 1))).toEqual(
    expect.arrayContaining(['contract.yaml', 'event.avsc', 'sensors.geojson'].map((f) => `streams/sound-levels/${f}`)),
  )
  const city = await loadCity(dir)
  expect(city.streams[0]).toMatchObject({
    name: 'sound-levels',
    properties: [{ name: 'level', kind, unit: 'dB' }],
    source: { everyMs: 5_000 },
  })
  expect(city.streams[0]!.examples.length).toBe(5)
  expect(standing(city, NOW)).toEqual([
    'sound-levels: missing: no privacy assessment has approved this stream; nothing is taken in (add "assessment" to ' +
      'streams/sound-levels/contract.yaml); level of one sensor on city/sound-levels/{sensor}',
  ])
})

test('with its approval nothing is missing', async () => {
  newStream(dir, { name: 'sound-levels' }, TODAY)
  const contract = join(dir, 'streams', 'sound-levels', 'contract.yaml')
  const line = 'assessment: { reference: PIA-1, approved: 2026-11-24, by: Privacy Officer, review: 2030-01-01 }\n'
  writeFileSync(contract, readFileSync(contract, 'utf8') + line)
  expect(standing(await loadCity(dir), NOW)).toEqual([
    'sound-levels: approved until 2030-01-01; value of one sensor on city/sound-levels/{sensor}',
  ])
})

test('counts are protected until somebody says why they need not be', async () => {
  newStream(dir, { name: 'passages', kind: 'count' }, TODAY)
  expect((await loadCity(dir)).streams[0]!.disclosure).toMatchObject({ policy: 1, from: Date.parse(TODAY), group: 10 })
})

test('nothing is overwritten, and each schema has an id of its own', async () => {
  newStream(dir, { name: 'one' }, TODAY)
  const before = readFileSync(join(dir, 'streams', 'one', 'contract.yaml'), 'utf8')
  expect(() => newStream(dir, { name: 'one', kind: 'state' }, TODAY)).toThrow(/is there already; choose another NAME/)
  expect(readFileSync(join(dir, 'streams', 'one', 'contract.yaml'), 'utf8')).toBe(before)
  newStream(dir, { name: 'two' }, TODAY)
  expect((await loadCity(dir)).streams.map((s) => s.schemaId)).toEqual([1_000, 1_001])
})

test('it stands beside the shipped streams', async () => {
  const city = tempCity()
  try {
    newStream(city.dir, { name: 'sound-levels' }, TODAY)
    expect((await loadCity(city.dir)).streams.map((s) => s.name)).toContain('sound-levels')
  } finally {
    city.end()
  }
})

test.each([
  [{ name: 'Sound Levels' }, /NAME must be words of small letters/],
  [{ name: '../out' }, /NAME must be words/],
  [{ name: 'a', kind: 'noise' }, /KIND must be one of count, gauge, counter, state/],
  [{ name: 'a', property: 'dB(A)' }, /PROPERTY must be small letters/],
])('what makes no stream is refused: %o', (options, said) => {
  expect(() => newStream(dir, options, TODAY)).toThrow(said)
})

test.each([
  [{ name: 'a', every: '5min' }, /"source.every" is not of the wanted form/],
  [{ name: 'a', unit: 'kW h' }, /add "unit" in UCUM/],
  [{ name: 'a', property: 'face_id' }, /identifies people or devices/],
])('what the loader refuses is told, and leaves no folder behind that would keep the city from loading: %o', async (options, said) => {
  await makeStream(dir, { name: 'one' }, TODAY)
  await expect(makeStream(dir, options, TODAY)).rejects.toThrow(said)
  expect((await loadCity(dir)).streams.map((s) => s.name)).toEqual(['one'])
  expect((await makeStream(dir, { name: 'a' }, TODAY)).files.length).toBeGreaterThan(5)
})

test('a folder that is no city is refused', () => {
  rmSync(join(dir, 'city.yaml'))
  expect(() => newStream(dir, { name: 'a' }, TODAY)).toThrow(/city.yaml: the file is missing/)
})
