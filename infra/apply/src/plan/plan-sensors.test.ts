import { expect, test } from 'vitest'
import type { SensorRow } from '../observe/observed.ts'
import { planSensors } from './plan-sensors.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

const stream = (await twoStreams()).streams[0]!
const rowsOf = (found: readonly SensorRow[], of = stream) =>
  planSensors(of, found, '2026-11-25').flatMap((s) => (s.do === 'fill sensors' ? s.rows : []))

test('all sensors are written once', () => {
  const rows = rowsOf([])
  expect(rows).toHaveLength(31)
  expect(rows[0]).toEqual({
    stream: 'bin-levels',
    sensor: 'bin-01',
    name: 'Aldi G Point Cook',
    zone: 'Point Cook',
    gateway: null,
    lon: 144.735623,
    lat: -37.882522,
    place: 'exact',
    every: 86_400,
    installed: null,
    removed: null,
    version: 1,
  })
  expect(rowsOf(rows)).toEqual([])
})

test('a changed sensor gets a row of the next version, the others none', () => {
  const before = rowsOf([])
  const renamed = { ...stream, sensors: stream.sensors.map((s) => (s.id === 'bin-07' ? { ...s, name: 'Library' } : s)) }
  expect(rowsOf(before, renamed)).toEqual([{ ...before[6], name: 'Library', version: 2 }])
})

test('a sensor that left the register stays, removed on the day of the plan', () => {
  const before = rowsOf([])
  const fewer = { ...stream, sensors: stream.sensors.slice(1) }
  const rows = rowsOf(before, fewer)
  expect(rows).toEqual([{ ...before[0], removed: '2026-11-25', version: 2 }])
  expect(rowsOf([...before.slice(1), ...rows], fewer)).toEqual([])
})
