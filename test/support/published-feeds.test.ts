import { existsSync, readFileSync } from 'node:fs'
import { decoderOf } from '@commonstream/bridge/decode/decoder.ts'
import { idPart } from '@commonstream/bridge/decode/event-id.ts'
import { hearingMs } from '@commonstream/query/questions/aggregates/hearing.ts'
import type { EventRecord, Sensor, Stream } from '@commonstream/schemas'
import { payloadDecoderOf } from '@commonstream/schemas/decode/payload-decoder.ts'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { stream, taken } from './published-taken.ts'

// Further oddities of published feeds, each as what follows from it here.

const SHARED = new URL('../../../shared/data/', import.meta.url)
const hasData = existsSync(SHARED)
const textOf = (name: string) => readFileSync(new URL(name, SHARED), 'utf8')
const rowsOf = (name: string) => parse<Record<string, string>>(textOf(name), { columns: true, bom: true })
const MINUTE = 60_000
const DAY = 1_440 * MINUTE

const PEDESTRIANS = 'melbourne-pedestrian-minute/per-minute-20230604T2311-20230605T0759.csv'

test.runIf(hasData)('pedestrians: minutes of nobody are not sent, six counters speak every five minutes, silence is long at night', () => {
  const rows = rowsOf(PEDESTRIANS)
  const times = rows.map((r) => Date.parse(r['SensingDateTime'] as string))
  // Newest first: whoever replays it sorts.
  expect(times.every((at, i) => i === 0 || at <= (times[i - 1] as number))).toBe(true)
  // Of a protected stream each passage is in one property: the total is not a third.
  expect(rows.every((r) => Number(r['Direction_1']) + Number(r['Direction_2']) === Number(r['total_of_Directions']))).toBe(true)
  expect(rows.filter((r) => r['total_of_Directions'] === '0')).toEqual([])
  const minutes = Map.groupBy(rows, (r) => r['LocationID'] as string)
  const said = (id: string) =>
    [...new Set(minutes.get(id)?.map((r) => Date.parse(r['SensingDateTime'] as string) / MINUTE))].toSorted((a, b) => a - b)
  const counters = stream('pedestrian-counts')
  const slow = counters.sensors.filter(({ everyMs }) => everyMs === 5 * MINUTE).map(({ id }) => id)
  expect(
    [...minutes.keys()].filter((id) => said(id).every((minute) => minute % 5 === 0)).toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual(slow)
  // Nobody who is silent for the night is called dead, and a silent window of somebody who was heard is a zero.
  const silences = [...minutes.keys()].flatMap((id) => said(id).map((minute, i, all) => minute - (all[i - 1] ?? minute)))
  expect(Math.max(...silences)).toBe(350)
  expect(counters.source.silence).toBe('zero')
  for (const sensor of counters.sensors) expect(hearingMs(counters, sensor)).toBeGreaterThan(350 * MINUTE)
})

const BINS = 'wyndham-smart-bins/wyndham-2018-06-26_2019-12-31.csv'

test.runIf(hasData)('bins: an alert of the feed is no full bin, weeks without any word are unknown, equal days are no fault', () => {
  const rows = rowsOf(BINS)
  const bins = stream('bin-levels')
  const alarmed = rows.filter((r) => r['reason'] === 'ALERT')
  expect(alarmed.filter((r) => r['latestFullness'] === '0').length).toBeGreaterThan(200)
  // So the reason is not taken, and the alert that a bin is full goes by its level alone.
  expect(bins.properties.map(({ name }) => name)).toEqual(['fullness'])
  expect(bins.alerts.map(({ when }) => when)).toEqual(['fullness >= 8'])
  expect(new Set(rows.map((r) => r['latestFullness']))).toEqual(new Set(['0', '2', '4', '6', '8', '10']))
  const days = [...new Set(rows.map((r) => Date.parse(r['timestamp'] as string) / DAY))].toSorted((a, b) => a - b)
  const holes = days.map((day, i) => day - (days[i - 1] ?? day) - 1).filter((hole) => hole >= 6)
  expect([holes.length > 4, Math.max(...holes) <= 21]).toEqual([true, true])
  expect(bins.source.silence).toBe('unknown')
  for (const sensor of bins.sensors) expect(hearingMs(bins, sensor)).toBeLessThan(6 * DAY)
  // Hundreds of equal days in a row are readings like any other: each day is an event of its own.
  const longest = [...Map.groupBy(rows, (r) => r['serialNumber']).values()].map((own) => {
    const levels = own
      .toSorted((a, b) => ((a['timestamp'] as string) < (b['timestamp'] as string) ? -1 : 1))
      .map((r) => r['latestFullness'])
    let run = 0
    return Math.max(...levels.map((level, i) => (run = level === levels[i - 1] ? run + 1 : 1)))
  })
  expect(Math.max(...longest)).toBe(190)
  const dates = rows.map((r) => r['timestamp'] as string)
  expect(dates.every((date, i) => i === 0 || date >= (dates[i - 1] as string))).toBe(false)
})

/** The bins as their raw feed has them: GeoJSON features, by serial number. */
function rawBins(names: { at: string; sensor: string; fullness: string }, serials: readonly string[]): Stream {
  const bins = stream('bin-levels')
  const sensors = serials.map((serial, i) => ({
    ...(bins.sensors[0] as Sensor),
    id: `bin-${String(i + 1).padStart(2, '0')}`,
    aliases: [serial],
  }))
  const payload = { at: names.at, sensor: names.sensor, fields: { fullness: names.fullness } }
  return { ...bins, sensors, source: { ...bins.source, codec: 'geojson', payload } }
}
const eventsOf = (s: Stream, payload: string, now: string) => decoderOf(s)(Buffer.from(payload), null, idPart(''), Date.parse(now))
const idsOf = (events: readonly EventRecord[]) => events.map((e) => e.event_id.toString('hex'))

test.runIf(hasData)('bins: a delivery that the raw feed made twice is one event for each bin', () => {
  const chunk = `[${textOf('wyndham-smart-bins/raw-feed-repeating-chunk.txt').trim().replace(/,$/, '')}]`
  const features = JSON.parse(chunk) as { properties: { serialNumber: number } }[]
  const serials = [...new Set(features.map((f) => String(f.properties.serialNumber)))]
  const bins = rawBins({ at: 'timestamp', sensor: 'serialNumber', fullness: 'latestFullness' }, serials)
  const [once, again] = ['2019-01-24T12:00:00+11:00', '2019-01-25T12:00:00+11:00'].map((now) => eventsOf(bins, chunk, now))
  expect([once?.refused, once?.events.length]).toEqual([[], features.length])
  expect(idsOf(again?.events ?? [])).toEqual(idsOf(once?.events ?? []))
})

test("bins: the live feed's names, local times without an offset, numbers and places as text", () => {
  const live = (fill_lvl: string, time: string) => ({
    ...{ type: 'Feature', geometry: null },
    properties: { serial_num: '1511190', fill_lvl, fill_thres: '6', status: 'ALERT', time, lat: '-37.88', lon: '144.73' },
  })
  const bins = rawBins({ at: 'time', sensor: 'serial_num', fullness: 'fill_lvl' }, ['1511190'])
  const { events, refused } = eventsOf(
    bins,
    JSON.stringify([live('8', '2024-03-01 10:15:00'), live('2', '2024-06-01T10:15:00')]),
    '2024-06-02T00:00:00Z',
  )
  expect(events.map((e) => [e.sensor, e.at, e['fullness']])).toEqual([['bin-01', Date.parse('2024-06-01T00:15:00Z'), 2]])
  // Of March: older than the contract lets in, and in summer time.
  expect(refused.map((r) => r.refusal.reason)).toEqual(['too_old'])
  const early = eventsOf(bins, JSON.stringify(live('8', '2024-03-01 10:15:00')), '2024-03-02T00:00:00Z')
  expect(early.events.map((e) => [e.at, e['fullness']])).toEqual([[Date.parse('2024-02-29T23:15:00Z'), 8]])
})

test.runIf(hasData)('bays: a state since years, changes from one snapshot to the next, none of which goes back', () => {
  const folder = 'melbourne-parking-bays/on-street-parking-bay-sensors-20250807T'
  const [first, second] = ['1059-offsets-10-11', '1721-offset-08'].map((name) => {
    return new Map(rowsOf(`${folder}${name}.csv`).map((r) => [r['KerbsideID'] as string, r] as const))
  }) as [Map<string, Record<string, string>>, Map<string, Record<string, string>>]
  const since = (row: Record<string, string> | undefined) => Date.parse(row?.['Status_Timestamp'] ?? '')
  expect(Math.min(...[...first.values()].map(since))).toBeLessThan(Date.parse('2022-09-14'))
  const pairs = [...first].map(([bay, row]) => [row, second.get(bay) as Record<string, string>] as const)
  expect(pairs.filter(([before, after]) => since(after) < since(before))).toEqual([])
  expect(pairs.filter(([before, after]) => before['Status_Description'] !== after['Status_Description']).length).toBe(880)
  const newest = Math.max(...[...first.values()].map(since))
  const { events } = taken('parking-bays', textOf(`${folder}1059-offsets-10-11.csv`), newest + MINUTE)
  const changes = new Set(events.map((e) => `${e.sensor} ${e.at}`))
  const lastHour = [...first].filter(([, row]) => since(row) > newest - 60 * MINUTE)
  expect(lastHour.length).toBeGreaterThan(1_000)
  expect(lastHour.filter(([bay, row]) => !changes.has(`${bay} ${since(row)}`))).toEqual([])
})

test.runIf(hasData)('microclimate: rows that lack some instruments, a device whose rows have no place, a noise that is loud', () => {
  const file = 'melbourne-microclimate/microclimate-20240529-20240612.csv'
  const rows = rowsOf(file)
  const { events } = taken('microclimate', textOf(file), Date.parse('2024-06-13T00:00:00+10:00'))
  const lacking = (r: Record<string, string>) =>
    ['AverageWindSpeed', 'AirTemperature', 'RelativeHumidity', 'AtmosphericPressure'].every((name) => r[name] === '')
  const some = rows.filter(
    (r) => lacking(r) && Object.entries(r).some(([name, cell]) => ['PM25', 'PM10', 'Noise'].includes(name) && cell !== ''),
  )
  const kept = events.filter((e) => [e['wind_speed'], e['temperature'], e['humidity'], e['pressure']].every((v) => v === null))
  expect(kept).toHaveLength(some.length)
  // Most of its rows say no place: the register does.
  const placeless = rows.filter((r) => r['Device_id'] === 'ICTMicroclimate-04' && r['LatLong'] === '')
  expect(placeless.length).toBeGreaterThan(5)
  expect(stream('microclimate').sensors.find(({ id }) => id === 'ICTMicroclimate-04')).toMatchObject({
    name: 'Batman Park',
    lat: -37.822183,
  })
  expect(Math.max(...events.map((e) => Number(e['noise'] ?? 0)))).toBe(Math.max(...rows.map((r) => Number(r['Noise']))))
  // Decibels do not average: the contract shows extremes alone.
  expect(stream('microclimate').properties.find(({ name }) => name === 'noise')?.aggregates).toEqual(['min', 'max', 'last'])
})

test.runIf(hasData)("environment: each field of the network's list is a property, each of its places can be one of ours", () => {
  const fields = textOf('seoul-sdot/sensor_data_information.csv')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
  // Model and serial number say who, the last one when; the others are measured.
  const measured = fields.slice(2, -1)
  const s = stream('environment')
  expect(s.properties).toHaveLength(measured.length)
  const unitOf: Readonly<Record<string, string>> = { '㎍/㎥': 'ug/m3', '℃': 'Cel', '%': '%', lux: 'lx', dB: 'dB', 'mm/s': 'mm/s' }
  for (const [i, [name, unit = '']] of measured.entries())
    if (unitOf[unit] !== undefined) expect([name, s.properties[i]?.unit]).toEqual([name, unitOf[unit]])
  const places = rowsOf('seoul-sdot/sensor_longitude_latitude.csv').map((r) => r['시리얼'] as string)
  expect(places).toHaveLength(851)
  const [one] = s.sensors
  const sensors = places.map((serial, i) => ({
    ...(one as Stream['sensors'][number]),
    id: `place-${i + 1}`,
    aliases: [serial],
  }))
  const frame = s.examples
    .map(({ payload }) => payload)
    .find((payload) => typeof payload === 'string' && payload.startsWith('SDOT001')) as string
  const decoder = decoderOf({ ...s, sensors })
  const at = payloadDecoderOf(s)?.decode(Buffer.from(frame), null)
  const now = (Array.isArray(at) ? (at[0] as { at: number }).at : 0) + MINUTE
  const heard = places.map((serial) => decoder(Buffer.from(`SDOT001${serial}${frame.slice(18)}`), null, idPart(''), now).events[0]?.sensor)
  expect(heard).toEqual(sensors.map(({ id }) => id))
})

test.runIf(hasData)('bike-share: the night in which no station gives bicycles is a state of each, not a lack of bicycles', () => {
  const payload = textOf('ecobici-gbfs/station_status_20240412080512.json')
  const poll = JSON.parse(payload) as {
    last_updated: number
    data: { stations: { is_renting: number; last_reported: number }[] }
  }
  const { events } = taken('bike-share', payload, (poll.last_updated + 60) * 1_000)
  const fresh = poll.data.stations.filter((s) => s.last_reported > poll.last_updated + 60 - 86_400)
  expect(events.filter((e) => e['renting'] === 'no').length).toBe(fresh.filter((s) => s.is_renting === 0).length)
  expect(events.filter((e) => e['renting'] === 'no' && e['returning'] === 'yes' && e['installed'] === 'yes').length).toBeGreaterThan(600)
})
