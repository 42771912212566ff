import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { binRows } from './bin-rows.ts'
import { shipBins, shipPedestrians } from './ship.ts'
import { shippedRows } from './shipped-rows.ts'

const SHARED = new URL('../../../../../shared/data/', import.meta.url)
const PUBLISHED = {
  pedestrians: new URL('melbourne-pedestrian-minute/per-minute-20230604T2311-20230605T0759.csv', SHARED),
  bins: new URL('wyndham-smart-bins/wyndham-2018-06-26_2019-12-31.csv', SHARED),
}

const shipped = (name: string) => gunzipSync(readFileSync(new URL(`../../data/${name}.csv.gz`, import.meta.url))).toString('utf8')
const days = (rows: readonly { at: number }[]) => new Set(rows.map(({ at }) => new Date(at + 10 * 3_600_000).toISOString().slice(0, 10)))

test('the pedestrian night is whole: 12,683 readings of 73 sensors', () => {
  const rows = shippedRows('pedestrian-counts')
  expect(rows.length).toBe(12_683)
  expect(new Set(rows.map((row) => row.sensor)).size).toBe(73)
  expect(rows[0]?.payload['at']).toBe('2023-06-04T23:11:00+10:00')
  expect(rows.at(-1)?.payload['at']).toBe('2023-06-05T07:59:00+10:00')
})

test('the bins are 31 on each of 30 days that end with the night, on a Monday', () => {
  const rows = shippedRows('bin-levels')
  expect(rows.length).toBe(930)
  const perDay = [...days(rows)].map(
    (day) => new Set(rows.filter((row) => String(row.payload['at']).startsWith(day)).map((row) => row.sensor)).size,
  )
  expect(perDay).toEqual(Array(30).fill(31))
  expect([...days(rows)].at(-1)).toBe('2023-06-05')
  expect(new Date('2023-06-05').getUTCDay()).toBe(1)
})

test.each(['pedestrian-counts', 'bin-levels'])('%s: oldest first, and `at` is the instant in the payload', (stream) => {
  const rows = shippedRows(stream)
  expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).toSorted((a, b) => a - b))
  expect(rows.filter((row) => Date.parse(String(row.payload['at'])) !== row.at)).toEqual([])
  expect(JSON.stringify(rows)).not.toMatch(/15111|15112/)
})

test('there are no rows of a stream without data', () => {
  expect(() => shippedRows('noise')).toThrow(/pedestrian-counts, bin-levels/)
})

test.runIf(existsSync(SHARED))('the shipped files are what the published ones say', () => {
  expect(shipped('pedestrian-counts')).toBe(shipPedestrians(readFileSync(PUBLISHED.pedestrians, 'utf8')))
  expect(shipped('bin-levels')).toBe(shipBins(readFileSync(PUBLISHED.bins, 'utf8')))
})

test.runIf(existsSync(SHARED))('the whole published bins file is read: one reading per bin and day', () => {
  const rows = binRows(readFileSync(PUBLISHED.bins, 'utf8'))
  expect(rows.length).toBe(14_632)
  expect(new Set(rows.map((row) => `${row.sensor} ${row.at}`)).size).toBe(14_632)
  expect(new Set(rows.map((row) => row.sensor)).size).toBe(31)
})
