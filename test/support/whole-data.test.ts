import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadCity, type Stream } from '@commonstream/schemas'
import { afterAll, expect, test } from 'vitest'
import { END, HOUR, shippedData } from './data-source.ts'
import { wholeData } from './whole-data.ts'
import { expectedHours, placesOf } from './whole-history.ts'

const root = mkdtempSync(path.join(os.tmpdir(), 'city-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const city = await loadCity(fileURLToPath(new URL('../../schemas', import.meta.url)))
const streamOf = (name: string) => city.streams.find((s) => s.name === name) as Stream

function put(folder: string, name: string, text: string): void {
  mkdirSync(path.join(root, folder), { recursive: true })
  writeFileSync(path.join(root, folder, name), text)
}

test('of what a folder does not have the shipped slices are replayed, and it is said', () => {
  const data = wholeData(path.join(root, 'nothing'), shippedData)
  expect(data.notes.filter((note) => note.endsWith('its shipped slice'))).toHaveLength(7)
  expect(data.clock.start).toBe(shippedData.clock.start)
  for (const stream of ['microclimate', 'environment'].map(streamOf)) {
    expect(data.rowsOf(stream.name)).toEqual(shippedData.rowsOf(stream.name))
    expect(data.expectedOf(stream).readings).toEqual(shippedData.expectedOf(stream).readings)
  }
})

test('files of other days are moved by whole days to the last one; two of one folder are two snapshots', () => {
  const head = 'Lastupdated,Status_Timestamp,Zone_Number,Status_Description,KerbsideID,Location\n'
  const bay = streamOf('parking-bays').sensors[0]?.id as string
  put('melbourne-parking-bays', 'a.csv', `${head}2024-02-03T10:00:00+11:00,2024-02-03T09:00:00+11:00,1,Present,${bay},x\n`)
  put(
    'melbourne-parking-bays',
    'b.csv',
    `${head}2024-02-03T12:00:00+11:00,2024-02-03T11:30:00+11:00,1,Unoccupied,${bay},x\n2023-01-01T00:00:00+11:00,2023-01-01T00:00:00+11:00,1,Present,other,x\n`,
  )
  const { readings, refused } = wholeData(root, shippedData).expectedOf(streamOf('parking-bays'))
  const local = readings.map(({ at, values }) => [new Date(at + 11 * HOUR).toISOString().slice(11, 16), values['occupancy']])
  expect(local).toEqual([
    ['09:00', 1],
    ['10:00', 1],
    ['11:30', 0],
    ['12:00', 0],
  ])
  expect(refused).toEqual({ too_old: 1, unregistered: 0 })
  expect(Math.max(...readings.map(({ at }) => at))).toBeGreaterThan(END - 25 * HOUR)
})

test('a piece of the raw feed was delivered twice; a bin that the table does not have is not registered', () => {
  const rows = [1, 2].map((n) => `2019-01-0${n},4,8,0,15111${n},NOT_READY,x`)
  put(
    'wyndham-smart-bins',
    'years.csv',
    `timestamp,latestFullness,fullnessThreshold,ageThreshold,serialNumber,reason,description\n${rows.join('\n')}\n`,
  )
  const feature = (serial: number) =>
    `{ "type": "Feature", "properties": { "latestFullness": 6, "serialNumber": ${serial}, "timestamp": "2019-01-03" } },`
  put('wyndham-smart-bins', 'feed.txt', `${feature(151_112)}\n${feature(999)}`)
  const data = wholeData(root, shippedData)
  expect(data.rowsOf('bin-levels').map(({ sensor }) => sensor)).toEqual(['bin-01', 'bin-02', 'bin-02', 'bin-02', 'bin-03', 'bin-03'])
  const sensors = ['bin-01', 'bin-02'].map((id) => ({ ...streamOf('bin-levels').sensors[0], id }))
  const { readings, refused } = data.expectedOf({ ...streamOf('bin-levels'), sensors: sensors as Stream['sensors'] })
  expect(readings.map(({ sensor, values }) => [sensor, values['fullness']])).toEqual([
    ['bin-01', 4],
    ['bin-02', 4],
    ['bin-02', 6],
    ['bin-02', 6],
  ])
  expect(refused).toEqual({ unregistered: 2 })
})

test('hourly counts: an hour that the clock showed twice, and one that it left out, are none', () => {
  const rows = ['06/04/2025,1,3,na', '06/04/2025,2,4,', '06/04/2025,3,5,7', '05/10/2025,2,9,undefined']
  const text = `Date,Hour,Here,There\n${rows.join('\n')}\n`
  const places = placesOf([text])
  expect([...places]).toEqual([
    ['Here', 'place-001'],
    ['There', 'place-002'],
  ])
  const { hours, leftOut } = expectedHours(text, places)
  expect(leftOut).toBe(2)
  expect(Object.fromEntries(hours)).toEqual({
    [`place-001|${Date.parse('2025-04-06T01:00:00+11:00')}`]: 3,
    [`place-001|${Date.parse('2025-04-06T03:00:00+10:00')}`]: 5,
    [`place-002|${Date.parse('2025-04-06T03:00:00+10:00')}`]: 7,
  })
})
