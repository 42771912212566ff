import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { binRows } from './bin-rows.ts'
import { PUBLISHED, shippedForm } from './published.ts'
import type { JsonPayload, Row } from './row.ts'
import { SHIPPED_STREAMS, shippedRows, shippedText } from './shipped-rows.ts'

const SHARED = new URL('../../../../../shared/data/', import.meta.url)
const published = (name: string) => (PUBLISHED[name] as readonly string[]).map((file) => readFileSync(new URL(file, SHARED), 'utf8'))

const json = (stream: string) => shippedRows(stream) as Row<JsonPayload>[]
const days = (rows: readonly { at: number }[]) => new Set(rows.map(({ at }) => new Date(at + 10 * 3_600_000).toISOString().slice(0, 10)))

test('the pedestrian night is whole: 12,683 readings of 73 sensors', () => {
  const rows = json('pedestrian-counts')
  expect(rows.length).toBe(12_683)
  expect(new Set(rows.map((row) => row.sensor)).size).toBe(73)
  expect(rows[0]?.payload['at']).toBe('2023-06-04T23:11:00+10:00')
  expect(rows.at(-1)?.payload['at']).toBe('2023-06-05T07:59:00+10:00')
})

test('the bins are 31 on each of 30 days that end with the night, on a Monday', () => {
  const rows = json('bin-levels')
  expect(rows.length).toBe(930)
  const perDay = [...days(rows)].map(
    (day) => new Set(rows.filter((row) => String(row.payload['at']).startsWith(day)).map((row) => row.sensor)).size,
  )
  expect(perDay).toEqual(Array(30).fill(31))
  expect([...days(rows)].at(-1)).toBe('2023-06-05')
  expect(new Date('2023-06-05').getUTCDay()).toBe(1)
})

test.each(['pedestrian-counts', 'bin-levels'])('%s: oldest first, and `at` is the instant in the payload', (stream) => {
  const rows = json(stream)
  expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).toSorted((a, b) => a - b))
  expect(rows.filter((row) => Date.parse(String(row.payload['at'])) !== row.at)).toEqual([])
  expect(JSON.stringify(rows)).not.toMatch(/15111|15112/)
})

test('there are no rows of a stream without data', () => {
  expect(() => shippedRows('noise')).toThrow(/pedestrian-counts, bin-levels/)
})

test('every other stream ends before the night does, each at its own day of the week', () => {
  const end = Date.parse('2023-06-05T08:30:00+10:00')
  const facts = SHIPPED_STREAMS.map((stream) => {
    const rows = shippedRows(stream)
    expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).toSorted((a, b) => a - b))
    expect(rows.at(-1)!.at).toBeLessThan(end)
    expect(rows.at(-1)!.at).toBeGreaterThan(end - 7 * 86_400_000)
    return [stream, rows.length, new Set(rows.map((row) => row.sensor)).size]
  })
  expect(facts).toEqual([
    ['pedestrian-counts', 12_683, 73],
    ['bin-levels', 930, 31],
    ['bike-share', 1_334, 667],
    ['bin-collections', 903, 299],
    ['microclimate', 701, 8],
    ['parking-bays', 10_444, 3_309],
    ['traffic-counts', 928, 928],
  ])
})

test('what a moved row says is moved with it, by whole days', () => {
  const first = (stream: string, later: number) => shippedRows(stream, later)[0]!
  expect(first('microclimate', 0).payload).toContain('\nICTMicroclimate-06,2023-06-04T08:31:15+10:00,')
  expect(first('microclimate', 1).payload).toContain('\nICTMicroclimate-06,2023-06-05T08:31:15+10:00,')
  expect(first('bin-collections', 0).payload).toContain('\n379370,2023-05-29 01:41:45,94,113.302746,7.931192,100')
  expect(first('parking-bays', 0).payload).toContain('\n2023-06-01T05:30:39+10:00,2023-06-01T05:30:39+10:00,Unoccupied,57223')
  expect(first('traffic-counts', 0).payload).toMatchObject({ REPORT_ID: 10_017_774, TIMESTAMP: '2023-05-19T07:15:00', avgSpeed: 0 })
  expect(first('bike-share', -1).payload).toMatchObject({ last_updated: 1_685_711_067 - 86_400 })
  for (const stream of SHIPPED_STREAMS.slice(2)) expect(first(stream, 3).at - first(stream, 0).at).toBe(3 * 86_400_000)
})

test.runIf(existsSync(SHARED)).each(Object.keys(PUBLISHED))('the shipped %s is what the published files say', (name) => {
  expect(shippedText(name)).toBe(shippedForm(name, published(name)))
})

test.runIf(existsSync(SHARED))('the whole published bins file is read: one reading per bin and day', () => {
  const rows = binRows(published('bin-levels')[0] as string)
  expect(rows.length).toBe(14_632)
  expect(new Set(rows.map((row) => `${row.sensor} ${row.at}`)).size).toBe(14_632)
  expect(new Set(rows.map((row) => row.sensor)).size).toBe(31)
})
