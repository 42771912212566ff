import { join } from 'node:path'
import { loadCity, type Sensor } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import type { SensorRow } from '../observe/observed.ts'
import { planSensors } from './plan-sensors.ts'

const stream = (await loadCity(join(import.meta.dirname, '..', '..', '..', '..', 'schemas'))).streams.find((s) => s.name === 'bin-levels')!
const rowsOf = (found: readonly SensorRow[], of = stream) =>
  planSensors(of, found, '2026-11-25').flatMap((s) => (s.do === 'fill sensors' ? s.rows : []))
/** The register with another bin-07. */
const with07 = (change: Partial<Sensor>) => ({
  ...stream,
  sensors: stream.sensors.map((s) => (s.id === 'bin-07' ? { ...s, ...change } : s)),
})
/** The table after some rows were written: of equal keys the one of the highest version. */
const after = (...written: readonly SensorRow[]) =>
  [...Map.groupBy(written, (r) => `${r.sensor} ${r.valid_from}`).values()].map((same) =>
    same.reduce((a, b) => (b.version > a.version ? b : a)),
  )
const BEFORE = rowsOf([])
const OLD = BEFORE[6]!

test('all sensors are written once, from the beginning', () => {
  expect(BEFORE).toHaveLength(31)
  expect(BEFORE[0]).toEqual({
    stream: 'bin-levels',
    sensor: 'bin-01',
    valid_from: '1970-01-01',
    name: 'Aldi G Point Cook',
    zone: 'Point Cook',
    gateway: null,
    lon: 144.735623,
    lat: -37.882522,
    place: 'exact',
    every: 86_400,
    device: null,
    aliases: [],
    details: '',
    installed: null,
    removed: null,
    version: 1,
  })
  expect(rowsOf(BEFORE)).toEqual([])
})

test('a sensor that moved gets a row from today on, or from the day that the register says; the old one stays', () => {
  expect(rowsOf(BEFORE, with07({ zone: 'Harbour' }))).toEqual([{ ...OLD, zone: 'Harbour', valid_from: '2026-11-25' }])
  const moved = with07({ zone: 'Harbour', lon: 144.7, since: '2026-03-01' })
  const rows = rowsOf(BEFORE, moved)
  expect(rows).toEqual([{ ...OLD, zone: 'Harbour', lon: 144.7, valid_from: '2026-03-01' }])
  expect(rowsOf(after(...BEFORE, ...rows), moved)).toEqual([])
})

test('a replaced device keeps its sensor, a later change is a third row', () => {
  const first = rowsOf(BEFORE, with07({ device: 'milesight-em400-udl', aliases: ['old'], since: '2026-03-01' }))
  const known = after(...BEFORE, ...first)
  const second = with07({ device: 'decentlab-dl-mbx', aliases: ['new'], since: '2026-06-01' })
  const rows = rowsOf(known, second)
  expect(rows).toEqual([{ ...OLD, device: 'decentlab-dl-mbx', aliases: ['new'], valid_from: '2026-06-01' }])
  expect(after(...known, ...rows).filter((r) => r.sensor === 'bin-07')).toHaveLength(3)
})

test('what was wrong since a day is corrected from that day on; a removal is of the sensor, in every row', () => {
  const known = after(...BEFORE, ...rowsOf(BEFORE, with07({ zone: 'Harbuor', since: '2026-03-01' })))
  const corrected = with07({ zone: 'Harbour', since: '2026-03-01' })
  const rows = rowsOf(known, corrected)
  expect(rows).toEqual([{ ...OLD, zone: 'Harbour', valid_from: '2026-03-01', version: 2 }])
  const removed = rowsOf(after(...known, ...rows), with07({ zone: 'Harbour', since: '2026-03-01', removed: '2026-10-01' }))
  expect(removed.map((r) => [r.valid_from, r.zone, r.removed, r.version])).toEqual([
    ['1970-01-01', OLD.zone, '2026-10-01', 2],
    ['2026-03-01', 'Harbour', '2026-10-01', 3],
  ])
  expect(rowsOf(known, with07({ zone: 'Harbour', since: '1970-01-01' })).map((r) => [r.valid_from, r.zone])).toEqual([
    ['1970-01-01', 'Harbour'],
    ['2026-03-01', 'Harbour'],
  ])
})

test('a sensor that left the register stays, removed on the day of the plan, and may come back', () => {
  const fewer = { ...stream, sensors: stream.sensors.slice(1) }
  const rows = rowsOf(BEFORE, fewer)
  expect(rows).toEqual([{ ...BEFORE[0], removed: '2026-11-25', version: 2 }])
  expect(rowsOf(after(...BEFORE, ...rows), fewer)).toEqual([])
  expect(rowsOf(after(...BEFORE, ...rows))).toEqual([{ ...BEFORE[0], removed: null, version: 3 }])
})
