import { expect, test } from 'vitest'
import { readAlerts } from './read-alerts.ts'
import { readRows } from './read-rows.ts'
import { readSensors } from './read-sensors.ts'
import { readStatus } from './read-status.ts'
import { readStreams } from './read-streams.ts'
import { ShapeError } from './shape.ts'

const ROW = {
  sensor: '9',
  zone: null,
  from: '2023-06-05T03:45:00Z',
  to: '2023-06-05T04:00:00Z',
  count: null,
  sum: 456,
  min: null,
  max: null,
  mean: null,
  last: null,
}
const rows = (...list: object[]) => ({ stream: 's', property: 'p', every: 'PT15M', tz: 'UTC', rows: list, next: null })

test('rows come in time order, with instants as epoch ms', () => {
  const late = { ...ROW, expected: 73, reporting: null, noise_sd: 2.8, status: 'ok' }
  const early = { ...late, from: '2023-06-05T13:30:00+10:00', to: '2023-06-05T13:45:00+10:00', sum: null, status: 'suppressed' }
  const read = readRows(rows(late, early))
  expect(read.map((r) => [r.from, r.sum, r.status])).toEqual([
    [Date.UTC(2023, 5, 5, 3, 30), null, 'suppressed'],
    [Date.UTC(2023, 5, 5, 3, 45), 456, 'ok'],
  ])
})

test('what a page would misread is refused, by path', () => {
  expect(() => readRows({})).toThrow(new ShapeError('rows', 'a list'))
  expect(() => readRows(rows({ ...ROW, status: 'fine' }))).toThrow('rows[0].status is not one of')
  expect(() => readRows(rows({ ...ROW, sum: '456', status: 'ok' }))).toThrow('rows[0].sum is not a number')
  expect(() => readStatus({ clock: { now: 'today', speed: 1 }, parts: [], streams: [] })).toThrow('clock.now is not an instant')
})

test('sensors in service only; a reading is an instant, a window a span, a place may be missing', () => {
  const latest = { at: null, from: null, to: null, values: { a: null }, noise_sd: null }
  const feature = (id: string, properties: object, geometry: object | null = null) => ({
    id,
    geometry,
    properties: { name: `S ${id}`, in_service: true, status: 'ok', latest, ...properties },
  })
  const read = readSensors({
    features: [
      feature(
        '1',
        { latest: { ...latest, at: '2023-06-05T00:00:00Z', values: { a: 8, label: 'open' } } },
        { type: 'Point', coordinates: [144.9, -37.8] },
      ),
      feature('2', { latest: { ...latest, from: '2023-06-05T00:00:00Z', to: '2023-06-05T00:15:00Z' } }),
      feature('3', { status: 'no_data' }),
      feature('4', { in_service: false }),
    ],
  })
  const at = Date.UTC(2023, 5, 5)
  expect(read.map(({ id, lon, span, values }) => [id, lon, span, values])).toEqual([
    ['1', 144.9, { from: at, to: at }, { a: 8, label: null }],
    ['2', null, { from: at, to: at + 900_000 }, { a: null }],
    ['3', null, null, { a: null }],
  ])
})

test('streams, status and alerts are read as the service writes them', () => {
  const property = {
    name: 'fullness',
    kind: 'gauge',
    doc: 'd',
    unit: '1',
    observed_property: 'https://e/x#fillingLevel',
    resolution: '1',
    aggregates: ['last'],
  }
  const stream = { name: 'bins', title: 't', description: 'd', steward: { organisation: 'o' }, access: { level: 'public', licence: null } }
  const { streams } = readStreams({
    city: 'c',
    streams: [{ ...stream, time_zone: 'UTC', reports: 'P1D', window: 'PT1H', disclosure: null, properties: [property] }],
  })
  expect(streams[0]).toMatchObject({ everyMs: 86_400_000, windowMs: 3_600_000, disclosure: null, licence: null })
  expect(streams[0]).toMatchObject({ ofGroups: false, properties: [{ name: 'fullness' }] })
  const bays = { ...stream, name: 'bays', time_zone: 'UTC', reports: 'P1D', window: 'PT1H', disclosure: null }
  const kept = { ...property, name: 'item', kind: 'state', aggregates: [] }
  const published = { time: 'PT5M', history: 'zone', group: 10 }
  expect(readStreams({ city: 'c', streams: [{ ...bays, publish: published, properties: [kept, property] }] }).streams[0]).toMatchObject({
    ofGroups: true,
    properties: [{ name: 'fullness' }],
  })
  const status = readStatus({
    clock: { now: '2023-06-05T00:00:00Z', replay_of: null, speed: 1 },
    parts: [{ service: 'query', name: 'store', state: 'waiting', since: '2023-06-05T00:00:00Z', reason: 'away' }],
    streams: [
      { stream: 'bins', watermark: null, reason: 'away' },
      { stream: 'cams', watermark: null, reason: null, approval: { state: 'withdrawn', until: '2023-06-05T00:00:00Z', ingested: false } },
    ],
  })
  expect(status.parts[0]).toMatchObject({ name: 'store', reason: 'away' })
  expect(status.streams.map((s) => s.approval)).toEqual([null, { state: 'withdrawn', until: Date.UTC(2023, 5, 5) }])
  const alert = {
    id: 'i',
    stream: 'bins',
    subject: '1',
    severity: 'warning',
    title: 'Full',
    since: '2023-06-05T00:00:00Z',
    acknowledged: { at: '2023-06-05T00:00:00Z', by: null },
  }
  expect(readAlerts({ alerts: [alert] })[0]?.acknowledged).toEqual({ by: null, at: Date.UTC(2023, 5, 5) })
})
