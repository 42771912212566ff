import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nameKey, sensorFinder } from './find-sensor.ts'
import { loadCity } from './load-city.ts'

const { streams } = await loadCity(join(import.meta.dirname, '..', '..'))
const counters = streams.find((s) => s.name === 'pedestrian-counts')!.sensors
const find = sensorFinder(counters)

test.each([
  ['Birrarung Marr – COM Pole 1109', 'Birrarung Marr - COM Pole 1109'],
  ['Macaulay Rd-Bellair St', 'Macaulay Rd- Bellair St'],
  ['Harbour Esplanade (West) - Pedestrian Path', 'Harbour Esplanade (West) – pedestrian path '],
  ['Place d’Armes', "Place d'Armes"],
  ['Montréal', 'Montreal'],
  ['Rue\u00a0Saint-Denis', 'rue saint - denis'],
])('"%s" and "%s" are one name', (a, b) => expect(nameKey(a)).toBe(nameKey(b)))

test.each([
  ['Flagstaff station (East)', 'Flagstaff Station'],
  ['Bourke Street Mall (North)', 'Bourke Street Mall (South)'],
  ['510 Elizabeth St', '512 Elizabeth St'],
  ['Southbank', 'Southbank Promenade'],
])('"%s" and "%s" are two', (a, b) => expect(nameKey(a)).not.toBe(nameKey(b)))

// What the city's hourly file calls the counters: the name and the id of the place where it differs.
test.each([
  ['Flinders Street Station Underpass', '6'],
  ['Waterfront City', '11'],
  ['Bourke St-Russell St (West)', '21'],
  ['QV Market-Elizabeth St (West)', '26'],
  ['The Arts Centre', '28'],
  ['Arts Centre Melbourne', '28'],
  ['Southbank', '35'],
  ['Collins St (North)', '53'],
  ['Elizabeth St-La Trobe St (East)', '55'],
  ['Bourke St Bridge', '57'],
  ['RMIT Building 80', '59'],
  ['Swanston St - City Square', '65'],
  ['State Library- New', '66'],
  ['Spring St- Flinders St (West)', '75'],
  ['Macaulay Rd-Bellair St', '76'],
  ['Harbour Esplanade (West) - Pedestrian Path', '77'],
  ['Harbour Esplanade (West) - Bike Path', '78'],
  ['Flagstaff station (East)', '107'],
  ['La Trobe St - William St (South)', '109'],
  ['Melbourne Central', '3'],
  ['59', '59'],
])('"%s" is sensor %s', (name, id) => expect(find(name)?.id).toBe(id))

test.each(['Flagstaff Station', 'Birrarung Marr', 'State Library', '114 Flinders St', 'City Square', 'Boyd Park', '', '5'.repeat(9)])(
  '"%s" is no sensor of the register',
  (name) => expect(find(name)).toBeNull(),
)

test('what could be two sensors is none, an alias goes before a name', () => {
  const sensor = (id: string, name: string, ...aliases: string[]) => ({ id, name, aliases })
  const two = sensorFinder([sensor('a', 'Market'), sensor('b', 'MARKET'), sensor('c', 'Quay', 'Old Market'), sensor('d', 'Old-market')])
  expect(two('market')).toBeNull()
  expect(two('Market')).toBeNull()
  expect(two('old market')?.id).toBe('c')
  expect(sensorFinder([sensor('a', 'x', 'Pier'), sensor('b', 'x', 'pier ')])('PIER')).toBeNull()
})

const HOURLY = join(import.meta.dirname, '../../../../shared/data/melbourne-pedestrian-hourly/April_2025.csv')
test.runIf(existsSync(HOURLY))("every registered counter that has a column in the city's hourly file is found by its name", () => {
  const [head] = readFileSync(HOURLY, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)
  const found = head!
    .split(',')
    .slice(2)
    .map((name) => find(name)?.id)
  const ids = found.filter((id) => id !== undefined)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBe(counters.length - 2) // the two counters of 114 Flinders Street share a column
})

const PLACES = join(import.meta.dirname, '../../../../shared/data/melbourne-pedestrian-hourly/sensor-locations-2026.csv')
test.runIf(existsSync(HOURLY) && existsSync(PLACES))(
  "the city's own two files do not join by name: 46 of 106 columns; spelling finds some, none twice",
  () => {
    const columns = (path: string) =>
      readFileSync(path, 'utf8')
        .replace(/^\uFEFF/, '')
        .split(/\r?\n/)
    const names = columns(HOURLY)[0]!.split(',').slice(2)
    const places = columns(PLACES)
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split(';'))
      .map(([id, name]) => ({ id: id!, name: name!, aliases: [] }))
    const exact = new Set(places.map((place) => place.name))
    expect([names.length, names.filter((name) => !exact.has(name)).length]).toEqual([106, 46])
    const found = names.flatMap((name) => sensorFinder(places)(name)?.id ?? [])
    expect(found.length).toBeGreaterThan(106 - 46)
    expect(new Set(found).size).toBe(found.length)
    expect(sensorFinder(places)('Flagstaff Station')).toBeNull()
  },
)
