import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { loadCity } from '@commonstream/schemas'
import { type TempCity, tempCity } from '@commonstream/schemas/support/temp-city.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCityFile } from './read-city-file.ts'

let city: TempCity
beforeEach(() => {
  city = tempCity()
})
afterEach(() => city.end())

/** Runs `make register`'s program. */
function program(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env['PATH'], CITY_SCHEMAS: city.dir }
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

/** As Melbourne publishes the places of its counters. */
const place = (location_id: number, sensor_description: string, coordinates: number[], more: object = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates },
  properties: { location_id, sensor_description, installation_date: '2009-03-25', note: 'Replace with: 00:6e:02:01:9e:54', ...more },
})
const PLACES = [
  place(3, 'Melbourne Central', [144.96429485, -37.81101524]),
  place(59, 'Building 80 RMIT', [144.9631, -37.8083], { installation_date: '2019-02-13T00:00:00+11:00' }),
  place(140, 'COM Pole 2837 - Boyd Park', [144.9614, -37.8256], { installation_date: '2023-11-02' }),
]
const NAMES = ['--id=location_id', '--name=sensor_description', '--installed=installation_date']

test("a city's file is shown first and then merged; it loads, is dated, and has nothing of the file's notes", async () => {
  city.write('places.geojson', JSON.stringify({ type: 'FeatureCollection', features: PLACES }))
  const args = ['--stream=pedestrian-counts', `--file=${city.dir}/places.geojson`, '--since=2026-11-01', ...NAMES]
  const register = path.join(city.dir, 'streams/pedestrian-counts/sensors.geojson')
  const before = readFileSync(register, 'utf8')
  const shown = await program(...args)
  expect([shown.code, shown.err]).toEqual([0, ''])
  expect(shown.out).toMatch(
    /^not taken: note\n~ 59 (installed .*, )?moved \d+ m\n\+ 140 COM Pole 2837 - Boyd Park\nnot in the file, left as they are: 1, 2, 4/,
  )
  expect(shown.out).toMatch(/2 changes; nothing was written/)
  expect(readFileSync(register, 'utf8')).toBe(before)

  expect((await program(...args, '--confirm')).out).toMatch(/2 changes written/)
  const sensors = (await loadCity(city.dir)).streams.find((s) => s.name === 'pedestrian-counts')!.sensors
  expect(sensors).toHaveLength(74)
  expect(sensors.find((s) => s.id === '59')).toMatchObject({
    lon: 144.9631,
    installed: '2019-02-13',
    since: '2026-11-01',
    everyMs: 300_000,
  })
  expect(sensors.at(-1)).toMatchObject({ id: '140', name: 'COM Pole 2837 - Boyd Park', installed: '2023-11-02' })
  expect(readFileSync(register, 'utf8')).not.toMatch(/00:6e|note/)
  // Whoever looks at the difference sees what changed: one line, and one that is new.
  const kept = new Set(before.split('\n').map((line) => line.replace(/,$/, '')))
  expect(
    readFileSync(register, 'utf8')
      .split('\n')
      .filter((line) => !kept.has(line.replace(/,$/, ''))),
  ).toHaveLength(2)
  expect((await program(...args, '--confirm')).out).toMatch(/has all of it/)
})

test("what a city's file says of time limits and disability bays is taken by name, and comes back as it was exported", async () => {
  const features = [
    { type: 'Feature', id: 'bin-01', geometry: null, properties: { timeLimit: 60, DISABILITY: true, technician: 'Ana' } },
    { type: 'Feature', id: 'bin-02', geometry: null, properties: { timeLimit: '2P 8-18', DISABILITY: null } },
  ]
  city.write('bays.geojson', JSON.stringify({ type: 'FeatureCollection', features }))
  const args = ['--stream=bin-levels', `--file=${city.dir}/bays.geojson`, '--since=2026-11-01', '--confirm']
  const taken = await program(...args, '--details=timeLimit,disability=DISABILITY')
  expect(taken.out).toMatch(
    /^not taken: technician\n~ bin-01 time_limit null → 60, disability null → true\n~ bin-02 time_limit null → "2P 8-18"\n/,
  )
  const sensors = async () => (await loadCity(city.dir)).streams.find((s) => s.name === 'bin-levels')!.sensors
  expect((await sensors()).slice(0, 3).map((s) => [s.since, s.details])).toEqual([
    ['2026-11-01', { time_limit: 60, disability: true }],
    ['2026-11-01', { time_limit: '2P 8-18' }],
    [undefined, undefined],
  ])
  expect((await program(...args, '--details=phone_number=timeLimit')).err).toMatch(/names that identify nobody/)
})

test('details come back as they were exported', () => {
  // As `/v1/streams/{s}/sensors` shows them.
  const features = [{ type: 'Feature', id: 'bin-03', geometry: null, properties: { details: { time_limit: 30, disability: null } } }]
  const { given, ignored } = readCityFile(JSON.stringify({ type: 'FeatureCollection', features }), names)
  expect([given[0]?.details, ignored]).toEqual([{ time_limit: 30 }, []])
})

test('what would not load is not written; what cannot be read is told', async () => {
  city.write('places.geojson', JSON.stringify({ type: 'FeatureCollection', features: [{ ...PLACES[0], id: '00:6e:02:01:9e:54' }] }))
  const args = ['--stream=pedestrian-counts', `--file=${city.dir}/places.geojson`]
  const refused = await program(...args, '--confirm')
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/looks like a DevEUI, MAC or serial number/)])
  expect((await program('--stream=pedestrian-counts', '--file=/nowhere.geojson')).err).toMatch(/\/nowhere.geojson cannot be read: ENOENT/)
  expect((await program(...args, '--since=today')).err).toMatch(/write a day/)
  expect((await program('--help')).out).toMatch(/make register STREAM=/)
  expect((await loadCity(city.dir)).streams).toHaveLength(2)
})

const names = { id: 'id', name: 'name', zone: 'zone', installed: 'installed', removed: 'removed', details: new Map<string, string>() }
test.each([
  ['{', /not JSON/],
  ['[]', /no GeoJSON FeatureCollection/],
  ['{"type":"FeatureCollection","features":[{"properties":{}}]}', /feature 1 has no "id"/],
  ['{"type":"FeatureCollection","features":[{"id":1},{"properties":{"id":"1"}}]}', /"1" is there twice/],
  ['{"type":"FeatureCollection","features":[{"id":1,"geometry":{"type":"Point","coordinates":[144,137]}}]}', /has no Point/],
  [
    '{"type":"FeatureCollection","features":[{"id":1,"properties":{"installed":"25/03/2009"}}]}',
    /"25\/03\/2009", which does not begin with a day/,
  ],
  ['{"type":"FeatureCollection","features":[{"id":1,"properties":{"name":{"en":"x"}}}]}', /"name" is no text/],
  ['{"type":"FeatureCollection","features":[{"id":1,"properties":{"details":["x"]}}]}', /"details" is no object/],
  ['{"type":"FeatureCollection","features":[{"id":1,"properties":{"details":{"a":{}}}}]}', /"a" is neither a text/],
])('a file such as %s is refused', (text, said) => expect(() => readCityFile(text, names)).toThrow(said))
