import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadCity } from './contract/load-city.ts'
import { refusedFor } from './contract/read-examples.ts'

const dir = join(import.meta.dirname, '..')
const city = await loadCity(dir)
const stream = (name: string) => city.streams.find((s) => s.name === name)!

test('pedestrians: all sensors of the published minutes, six of them every five minutes', () => {
  const { sensors } = stream('pedestrian-counts')
  expect(sensors).toHaveLength(73)
  expect(sensors.filter((s) => s.everyMs === 300_000).map((s) => s.id)).toEqual(['59', '84', '107', '109', '117', '118'])
  expect(sensors.filter((s) => s.place === 'none').map((s) => s.id)).toEqual(['26', '28', '35', '55', '57', '65', '78'])
  expect(sensors.every((s) => s.lon === null || (s.lon > 144.9 && s.lon < 145 && s.lat! < -37.7 && s.lat! > -37.9))).toBe(true)
  expect(new Set(sensors.map((s) => s.zone)).size).toBe(9)
})

test('bins: 31, with public ids and no serial number', () => {
  const { sensors, unprotected, alerts } = stream('bin-levels')
  expect(sensors.map((s) => s.id)).toEqual(Array.from({ length: 31 }, (_, i) => `bin-${String(i + 1).padStart(2, '0')}`))
  expect(readFileSync(join(dir, 'streams', 'bin-levels', 'sensors.geojson'), 'utf8')).not.toMatch(/15112\d\d|15111\d\d/)
  expect(new Set(sensors.map((s) => s.zone))).toEqual(new Set(['Point Cook', 'Werribee']))
  expect(unprotected).toMatch(/bin/)
  expect(alerts).toMatchObject([{ rule: 'full', on: 'reading', when: 'fullness >= 8', clear: 'fullness < 6' }])
})

test.each(city.streams)('$name is approved until 2036, says what it may be used for, and shows good and refused payloads', (s) => {
  expect(s.assessment!.review.slice(0, 4)).toBe('2036')
  expect(s.assessment!.approved < '2024').toBe(true)
  if (s.access.level === 'public') expect(s.access.licence).toMatch(/^(CC-BY|OGL-UK|DL-DE-BY|https:)/)
  else expect(s.access.grounds).toMatch(/\w{4}/)
  expect(s.examples.filter((e) => refusedFor(e.file) === null).length).toBeGreaterThanOrEqual(2)
  expect(s.examples.filter((e) => refusedFor(e.file) !== null).length).toBeGreaterThanOrEqual(2)
})

test.each(city.streams)('$name says why it is or is not protected, and what of it may be published how', (s) => {
  if (s.disclosure === null) expect(s.unprotected!.length).toBeGreaterThan(60)
  else expect(s.properties.every((p) => p.kind === 'count')).toBe(true)
})

test.each(city.streams)('$name keeps nothing of people and shows no serial number', (s) => {
  expect(s.personalData).toBe('none')
  const shown = JSON.stringify(s.sensors.map(({ id, name, zone, details }) => [id, name, zone, details]))
  expect(shown).not.toMatch(/[0-9a-f]{16}|V02Q\d{7}|([0-9A-F]{2}:){5}/i)
})
