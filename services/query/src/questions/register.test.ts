import { fileURLToPath } from 'node:url'
import { loadCity, type Sensor, type Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { groupAt, groupsOf } from './aggregates/groups.ts'
import { datedSensors, type RegisterRow, sensorAt } from './register.ts'

const { streams } = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const bins = streams.find((s) => s.name === 'bin-levels')!
const sensor = (id: string, more: Partial<Sensor> = {}): Sensor => ({ ...bins.sensors[0]!, id, name: id, zone: 'west', ...more })
const row = (id: string, from: string, more: Partial<RegisterRow> = {}): RegisterRow => ({
  ...{ sensor: id, from, name: id, zone: 'west', lon: 1, lat: 2, place: 'exact', everyMs: 1, installed: null, removed: null },
  ...more,
})
const streamOf = (...sensors: Sensor[]): Stream => ({ ...bins, sensors })
/** The 5th of March 2024 begins in Melbourne. */
const MOVED = Date.parse('2024-03-05T00:00:00+11:00')

test('a sensor is as it was described: before the day it moved at its old place', () => {
  const rows = [row('a', '1970-01-01', { zone: 'east', lon: 9, name: 'Old' }), row('a', '2024-03-05')]
  const [a] = datedSensors(streamOf(sensor('a')), rows)
  expect(sensorAt(a!, MOVED - 1)).toMatchObject({ id: 'a', name: 'Old', zone: 'east', lon: 9 })
  expect(sensorAt(a!, MOVED)).toMatchObject({ id: 'a', name: 'a', zone: 'west' })
})

test('details are dated too: before the day on which they changed they are what they were', () => {
  const rows = [row('a', '1970-01-01', { details: { time_limit: 60 } }), row('a', '2024-03-05', { details: { time_limit: 120 } })]
  const [a] = datedSensors(streamOf(sensor('a', { details: { time_limit: 120 } })), rows)
  expect([sensorAt(a!, MOVED - 1).details, sensorAt(a!, MOVED).details]).toEqual([{ time_limit: 60 }, { time_limit: 120 }])
  const [b] = datedSensors(streamOf(sensor('b', { details: { time_limit: 120 } })), [row('b', '1970-01-01'), row('b', '2024-03-05')])
  expect(sensorAt(b!, MOVED - 1).details).toBeUndefined()
})

test('one description is no past, and a table that was not written yet neither', () => {
  const [a, b] = datedSensors(streamOf(sensor('a'), sensor('b')), [row('a', '1970-01-01', { zone: 'elsewhere' })])
  expect([a, b].map((s) => s?.past)).toEqual([undefined, undefined])
  expect(sensorAt(a!, 0).zone).toBe('west')
})

test('who left the register is still known, a place that is hidden now was never shown more finely', () => {
  const rows = [
    ...[row('a', '1970-01-01'), row('a', '2024-03-05', { place: 'coarse' })],
    ...[row('gone', '1970-01-01', { zone: 'east', removed: '2024-06-01' }), row('new', '1970-01-01')],
  ]
  const [a, gone, ...none] = datedSensors(streamOf(sensor('a', { place: 'coarse' })), rows)
  expect(sensorAt(a!, 0).place).toBe('coarse')
  expect(gone).toMatchObject({ id: 'gone', zone: 'east', removed: '2024-06-01', left: true })
  expect(none).toEqual([])
})

test('a zone has the sensors that were in it then', () => {
  const rows = [row('a', '1970-01-01', { zone: 'east' }), row('a', '2024-03-05')]
  const sensors = datedSensors(streamOf(sensor('a'), sensor('b'), sensor('c', { zone: 'east' })), rows)
  const zones = groupsOf({ by: 'zone', sensors })
  const at = (time: number) =>
    Object.fromEntries(
      zones.map((g) => [
        g.key,
        groupAt(g, 'zone', time)
          .sensors.map((s) => s.id)
          .join(''),
      ]),
    )
  expect(at(MOVED - 1)).toEqual({ east: 'ac', west: 'b' })
  expect(at(MOVED)).toEqual({ east: 'c', west: 'ab' })
  const [own] = groupsOf({ by: 'sensor', sensors })
  expect([groupAt(own!, 'sensor', MOVED - 1).zone, groupAt(own!, 'sensor', MOVED).zone]).toEqual(['east', 'west'])
})
