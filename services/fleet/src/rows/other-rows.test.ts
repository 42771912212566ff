import { expect, test } from 'vitest'
import { bikeSharePolls, bikeShareRows } from './bike-share-rows.ts'
import { collectionRows } from './collection-rows.ts'
import { csvText } from './csv-text.ts'
import { microclimateRows } from './microclimate-rows.ts'
import { shiftInstant, shiftLocal } from './shift-time.ts'
import { trafficRows } from './traffic-rows.ts'

test('times are moved by days, in their own form', () => {
  expect(shiftInstant('2024-06-01T08:41:29+10:00', -371)).toBe('2023-05-27T08:41:29+10:00')
  expect(shiftInstant('2024-02-29T23:00:00Z', 1)).toBe('2024-03-01T23:00:00Z')
  expect(shiftLocal('2016-06-03 13:23:26', 7)).toBe('2016-06-10 13:23:26')
  expect(shiftLocal('2024-03-22T07:15:00', -308)).toBe('2023-05-19T07:15:00')
  expect(() => shiftInstant('2024-06-01T08:41:29', 1)).toThrow(/no offset/)
})

test('cells with commas and quotes come back', () => {
  expect(csvText(['a', 'b, c'], [['1', 'say "no"']])).toBe('a,"b, c"\n1,"say ""no"""\n')
})

test('climate: oldest first, two readings of one device at one instant are two', () => {
  const header =
    'Device_id,Time,SensorLocation,MinimumWindDirection,AverageWindDirection,MaximumWindDirection,MinimumWindSpeed,AverageWindSpeed,GustWindSpeed,AirTemperature,RelativeHumidity,AtmosphericPressure,PM25,PM10,Noise'
  const rows = microclimateRows(
    `${header}\nb,2024-06-01T08:45:00+10:00,"Here, there",0.0,1.0,2.0,,,,9.4,,,,,\na,2024-06-01T08:30:00+10:00,,,,,,,,9.1,,,,,\na,2024-06-01T08:30:00+10:00,,,,,,,,9.2,,,,,\n`,
    0,
  )
  expect(rows.map((row) => [row.sensor, row.at, row.payload.split('\n')[1]])).toEqual([
    ['a', Date.parse('2024-05-31T22:30:00Z'), 'a,2024-06-01T08:30:00+10:00,,,,,,,9.1,,,,,'],
    ['a', Date.parse('2024-05-31T22:30:00Z'), 'a,2024-06-01T08:30:00+10:00,,,,,,,9.2,,,,,'],
    ['b', Date.parse('2024-05-31T22:45:00Z'), 'b,2024-06-01T08:45:00+10:00,0.0,1.0,2.0,,,,9.4,,,,,'],
  ])
})

test('emptied bins: local time of London, in summer an hour ahead', () => {
  const header = `Container slot:ID,Date & Time of bin collection (Europe/London),Fill level before collection (%) [Nb 100% is actually a bin that's 80% full],Volume (litres3),Weight (kg),Confidence`
  const [row] = collectionRows(`${header}\n379065,2016-06-03 13:23:26,43,102.54944,7.178461,100\n`, 0)
  expect(row).toEqual({
    sensor: '379065',
    at: Date.parse('2016-06-03T12:23:26Z'),
    payload: `${header}\n379065,2016-06-03 13:23:26,43,102.54944,7.178461,100\n`,
  })
})

test('traffic: every report is sent at the time of the newest', () => {
  const header = 'REPORT_ID,TIMESTAMP,status,avgMeasuredTime,medianMeasuredTime,vehicleCount,avgSpeed'
  const rows = trafficRows(`${header}\n1,2020-03-17T13:45:00,OK,92,92,4,58\n2,2024-04-02T14:40:00,OK,0,0,0,0\n`, 0)
  expect(rows).toMatchObject([
    {
      sensor: 'segment-1',
      at: Date.parse('2024-04-02T12:40:00Z'),
      payload: { TIMESTAMP: '2020-03-17T13:45:00', vehicleCount: 4, avgSpeed: 58 },
    },
    { sensor: 'segment-2', at: Date.parse('2024-04-02T12:40:00Z'), payload: { REPORT_ID: 2, status: 'OK' } },
  ])
})

test('polls of bike-share: an error page that was kept as a poll is none', () => {
  const station = {
    station_id: '5',
    num_bikes_available: 5,
    num_bikes_disabled: 0,
    num_docks_available: 14,
    num_docks_disabled: 0,
    is_installed: 1,
    is_renting: 1,
    is_returning: 1,
    last_reported: 1_712_887_803,
    is_charging: false,
  }
  const csv = bikeSharePolls([JSON.stringify({ last_updated: 1_712_887_929, ttl: 2, data: { stations: [station] } }), '404 Not Found'])
  expect(bikeShareRows(csv, 1)).toEqual([
    {
      sensor: '5',
      at: (1_712_887_929 + 86_400) * 1_000,
      payload: {
        last_updated: 1_712_887_929 + 86_400,
        ttl: 2,
        data: {
          stations: [
            {
              station_id: '5',
              num_bikes_available: 5,
              num_bikes_disabled: 0,
              num_docks_available: 14,
              num_docks_disabled: 0,
              is_installed: 1,
              is_renting: 1,
              is_returning: 1,
              last_reported: 1_712_887_803 + 86_400,
            },
          ],
        },
      },
    },
  ])
})
