import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { decoderOf } from '@commonstream/bridge/decode/decoder.ts'
import { idPart } from '@commonstream/bridge/decode/event-id.ts'
import type { EventRecord } from '@commonstream/schemas'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { stream, taken } from './published-taken.ts'

// Whole published files through a stream's contract, codec and judge: what is odd about each feed, said as a test.

const SHARED = new URL('../../../shared/data/', import.meta.url)
const hasData = existsSync(SHARED)
const fileOf = (name: string) => readFileSync(new URL(name, SHARED))
const rowsOf = (file: Buffer) => parse<Record<string, string>>(file, { columns: true, bom: true })
const idOf = (event: EventRecord) => event.event_id.toString('hex')
const byText = (a: string, b: string) => (a < b ? -1 : 1)
const countOf = <T>(items: readonly T[], is: (item: T) => boolean) => items.filter(is).length

test.runIf(hasData)(
  'microclimate: not in time order, places that come and go, two readings at one instant, instruments that are not there',
  () => {
    const file = fileOf('melbourne-microclimate/microclimate-20240529-20240612.csv')
    const rows = rowsOf(file)
    const { events, refused } = taken('microclimate', file, Date.parse('2024-06-13T00:00:00+10:00'))
    expect(refused).toEqual({
      invalid: countOf(rows, (r) =>
        Object.entries(r)
          .slice(4)
          .every(([, cell]) => cell === ''),
      ),
    })
    expect(events.length + (refused['invalid'] as number)).toBe(rows.length)
    expect(events.some((event, i) => i > 0 && event.at < (events[i - 1] as EventRecord).at)).toBe(true)
    // (device, time) is no identity: pairs that say different things are two events.
    const places = Map.groupBy(events, ({ sensor, at }) => `${sensor} ${at}`)
    const twice = [...places.values()].filter((some) => some.length > 1)
    expect(twice.length).toBeGreaterThan(30)
    expect(new Set(events.map(idOf)).size).toBe(new Set(events.map((e) => JSON.stringify({ ...e, event_id: null }))).size)
    const weather = events.filter((e) => e.sensor === 'aws5-0999')
    expect(weather.every((e) => e['pm2_5'] === null && e['pm10'] === null && e['noise'] === null && e['temperature'] !== null)).toBe(true)
    const device4 = events
      .filter((e) => e.sensor === 'ICTMicroclimate-04')
      .map((e) => e.at)
      .toSorted((a, b) => a - b)
    expect(Math.max(...device4.slice(1).map((at, i) => at - (device4[i] as number)))).toBeGreaterThan(7 * 86_400_000)
    expect(
      stream('microclimate')
        .sensors.filter((s) => s.details?.['rooftop'])
        .map((s) => s.id),
    ).toEqual(['ICTMicroclimate-02', 'ICTMicroclimate-03', 'ICTMicroclimate-09'])
  },
)

test.runIf(hasData)('bin collections: local times of London, a bin per slot, 100 that means due', () => {
  const file = fileOf('edinburgh-enevo-bins/collections-20160603-20160705.csv')
  const { events, refused } = taken('bin-collections', file, Date.parse('2016-07-03T12:00:00Z'))
  expect(refused).toEqual({})
  expect(events[0]).toMatchObject({
    sensor: '379065',
    at: Date.parse('2016-06-03T12:23:26Z'),
    fill: 43,
    volume: 102.54944,
    weight: 7.178461,
    confidence: 100,
  })
  const rows = rowsOf(file)
  expect(events.map((e) => e.sensor)).toEqual(rows.map((r) => r['Container slot:ID']))
  expect(countOf(events, (e) => e['fill'] === 100)).toBe(629)
  expect(stream('bin-collections').sensors).toHaveLength(new Set(events.map((e) => e.sensor)).size)
  expect(stream('bin-collections').sensors.every((s) => s.place === 'none')).toBe(true)
})

test.runIf(hasData)('traffic: a status that is always OK, reports of years ago and of the future, zeros that mean nobody', () => {
  const rows = rowsOf(fileOf('aarhus-traffic/realtime-traffic-20240322.csv'))
  const numbers = ['REPORT_ID', 'avgMeasuredTime', 'medianMeasuredTime', 'vehicleCount', 'avgSpeed']
  const records = rows.map((r) => ({ ...r, ...Object.fromEntries(numbers.map((n) => [n, Number(r[n])])) }))
  const ask = (now: string) => taken('traffic-counts', JSON.stringify({ success: true, result: { records } }), Date.parse(now))
  expect(new Set(rows.map((r) => r['status']))).toEqual(new Set(['OK']))
  const years = countOf(rows, (r) => (r['TIMESTAMP'] as string) < '2023')
  const { events, refused } = ask('2024-04-02T12:41:00Z')
  expect([events.length, refused]).toEqual([rows.length - years, { too_old: years }])
  expect(events.every((e) => !e.clamped)).toBe(true)
  // Local time of Denmark: winter in March, summer in April.
  expect(new Set(events.map((e) => new Date(e.at).toISOString()))).toContain('2024-03-22T06:15:00.000Z')
  expect(new Set(events.map((e) => new Date(e.at).toISOString()))).toContain('2024-04-02T12:40:00.000Z')
  expect(countOf(events, (e) => e['speed'] === 0)).toBe(0)
  expect(countOf(events, (e) => e['speed'] === null)).toBe(
    countOf(rows, (r) => r['avgSpeed'] === '0' && (r['TIMESTAMP'] as string) >= '2023'),
  )
  // Asked on the day that the file bears, the reports of April lie in the future.
  const early = ask('2024-03-22T06:20:00Z')
  expect(countOf(early.events, (e) => e.clamped)).toBe(countOf(rows, (r) => (r['TIMESTAMP'] as string) > '2024-04'))
  const places = rowsOf(fileOf('aarhus-traffic/measurement-points.csv'))
  expect(
    stream('traffic-counts')
      .sensors.map((s) => s.aliases[0] as string)
      .toSorted(byText),
  ).toEqual(places.map((p) => p['REPORT_ID'] as string).toSorted(byText))
})

test.runIf(hasData)('bike-share: an error page among the polls, stations of 1970, reports that repeat', () => {
  const folder = new URL('ecobici-gbfs/', SHARED)
  const polls = readdirSync(folder)
    .filter((name) => name.startsWith('station_status'))
    .toSorted(byText)
  const seen = new Set<string>()
  let [errors, repeats, events] = [0, 0, 0]
  for (const name of polls) {
    const payload = readFileSync(new URL(name, folder))
    const at = name.slice('station_status_'.length, -'.json'.length)
    const now = Date.parse(
      `${at.slice(0, 4)}-${at.slice(4, 6)}-${at.slice(6, 8)}T${at.slice(8, 10)}:${at.slice(10, 12)}:${at.slice(12, 14)}Z`,
    )
    const result = taken('bike-share', payload, now + 60_000)
    if (!payload.toString().startsWith('{')) {
      expect(result).toEqual({ events: [], refused: { undecodable: 1 } })
      errors++
      continue
    }
    const { stations } = (JSON.parse(payload.toString()) as { data: { stations: { last_reported: number }[] } }).data
    const stale = countOf(stations, (s) => s.last_reported * 1_000 < now + 60_000 - 86_400_000)
    expect([result.events.length, result.refused]).toEqual([stations.length - stale, stale === 0 ? {} : { too_old: stale }])
    for (const event of result.events)
      if (seen.has(idOf(event))) repeats++
      else seen.add(idOf(event))
    events += result.events.length
  }
  expect(errors).toBe(1)
  expect(repeats / events).toBeGreaterThan(0.1)
  const stationsOf = (over: object) =>
    JSON.stringify({
      last_updated: 1_712_887_929,
      ttl: 2,
      data: { stations: [{ station_id: '5', num_bikes_available: 1, is_installed: 1, is_renting: 0, is_returning: 1, ...over }] },
    })
  expect(taken('bike-share', stationsOf({ last_reported: 0 }), 1_712_887_929_000).refused).toEqual({ too_old: 1 })
  expect(taken('bike-share', stationsOf({ last_reported: 1_712_887_900 }), 1_712_887_929_000).events[0]).toMatchObject({
    renting: 'no',
    returning: 'yes',
    docks_available: null,
  })
})

test.runIf(hasData)('environment: the published frame is an event under a registered serial number, other models are not', () => {
  const frames = fileOf('seoul-sdot/wire-frames.jsonl')
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { model: string; serial: string })
  const s = stream('environment')
  const sensors = s.sensors.map((one, i) => (i === 0 ? { ...one, aliases: frames.map((f) => f.serial) } : one))
  const judge = decoderOf({ ...s, sensors })
  const now = Date.parse('2025-07-01T23:59:00+09:00')
  const results = frames.map((frame) => judge(Buffer.from(JSON.stringify(frame)), null, idPart(''), now))
  // Its minute lies a day before its reception.
  expect(results[0]?.events[0]).toMatchObject({
    sensor: 'env-01',
    at: now - 86_400_000,
    temperature: 29.1,
    humidity: 75,
    wind_speed: null,
    pm10_calibrated: 2,
    clamped: false,
  })
  expect(results.slice(1).map((r) => r.refused[0]?.refusal.reason)).toEqual(['invalid', 'invalid'])
})

test.runIf(hasData)('parking: two offsets, dead sensors that stay in the feed, bays without a zone', () => {
  const folder = 'melbourne-parking-bays/on-street-parking-bay-sensors-20250807T'
  const files = [`${folder}1059-offsets-10-11.csv`, `${folder}1721-offset-08.csv`].map(fileOf)
  const taken2 = files.map((file) => {
    const newest = Math.max(...rowsOf(file).map((row) => Date.parse(row['Lastupdated'] as string)))
    return { now: newest + 60_000, ...taken('parking-bays', file, newest + 60_000) }
  })
  // Each row of a dead sensor is refused, its last change with it: it is neither free nor occupied to anybody.
  for (const [i, { now, refused }] of taken2.entries()) {
    const instant = (row: Record<string, string>, column: string) => Date.parse(row[column] as string)
    const dead = rowsOf(files[i] as Buffer).filter((row) => instant(row, 'Lastupdated') < now - 86_400_000)
    const changed = dead.filter((row) => instant(row, 'Lastupdated') - instant(row, 'Status_Timestamp') <= 86_400_000)
    expect([dead.length, refused]).toEqual([448, { too_old: 448 + changed.length }])
  }
  const latest = taken2.map(({ events }) => new Map(events.map((e) => [e.sensor, e])))
  expect(latest.map((bays) => bays.size)).toEqual([3_309 - 448, 3_309 - 448])
  for (const [i, bays] of latest.entries()) {
    const rows = rowsOf(files[i] as Buffer)
    const free = countOf(rows, (row) => row['Status_Description'] === 'Unoccupied')
    const live = countOf([...bays.values()], (e) => e['occupancy'] === 'free')
    const deadAndFree = countOf(rows, (row) => row['Status_Description'] === 'Unoccupied' && !bays.has(row['KerbsideID'] as string))
    expect([deadAndFree > 200, live]).toEqual([true, free - deadAndFree])
  }
  // A change that both snapshots tell, in different offsets, is one event.
  const changes = taken2.map(({ events }) => new Set(events.map(idOf)))
  expect([...(changes[0] as Set<string>)].filter((id) => changes[1]?.has(id)).length).toBeGreaterThan(100)
  expect(countOf(stream('parking-bays').sensors, ({ zone }) => zone === null)).toBe(228)
  const { publish } = stream('parking-bays')
  expect(publish).toEqual({ timeMs: 300_000, history: 'zone', group: 10 })
})

test("a shipped stream takes Smart Data Models' entities as they are: plain, of NGSI-v2, of NGSI-LD", () => {
  const id = 'urn:ngsi-ld:TrafficFlowObserved:Aarhus:1164'
  const at = (minute: number) => `2023-06-04T13:${minute}:00Z`
  const entities = [
    { id, type: 'TrafficFlowObserved', dateObserved: `${at(10)}/${at(25)}`, intensity: 7, averageVehicleSpeed: 52.5 },
    {
      id,
      dateObservedFrom: { type: 'DateTime', value: at(25) },
      intensity: { type: 'Number', value: 8 },
      averageVehicleSpeed: { value: 0 },
    },
    { id, dateObservedFrom: { value: { '@type': 'DateTime', '@value': at(40) } }, intensity: { type: 'Property', value: 9 } },
  ]
  const notification = { id: 'urn:ngsi-ld:Notification:1', type: 'Notification', data: entities }
  for (const payload of [entities, notification]) {
    const { events, refused } = taken('traffic-counts', JSON.stringify(payload), Date.parse(at(50)))
    expect(refused).toEqual({})
    expect(events.map((e) => [e.sensor, e.at, e['vehicles'], e['speed']])).toEqual([
      ['segment-1164', Date.parse(at(10)), 7, 52.5],
      ['segment-1164', Date.parse(at(25)), 8, null],
      ['segment-1164', Date.parse(at(40)), 9, null],
    ])
  }
})
