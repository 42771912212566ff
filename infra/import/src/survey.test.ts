import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Stream } from '@commonstream/schemas'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileRows } from './file-rows.ts'
import { shippedBins } from './import-fixture.ts'
import { readMapping } from './mapping.ts'
import { readingsOf, survey } from './survey.ts'
import { WindowFold } from './window-fold.ts'

const bins = await shippedBins()
const mapping = readMapping('time: { at: t }\nsensor: s\nfields: { fullness: f }', bins)
const NOW = Date.parse('2026-01-01T00:00:00Z')

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'import-survey-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const file = (text: string) => {
  writeFileSync(path.join(dir, 'f.csv'), text)
  return path.join(dir, 'f.csv')
}
const look = (text: string) => survey(fileRows(file(text), mapping), bins, mapping, NOW)

test('a file is looked through once: what is usable, what is not and why, which days belong together', async () => {
  const rows = [
    '2018-08-13,bin-01,4',
    '2018-08-13,nobody,4',
    '2025-12-20,bin-01,4',
    '1999-01-01,bin-01,4',
    '2018-08-14,bin-01',
    '2019-08-13,"bin-02",6',
  ]
  const seen = await look(`\uFEFFt,s,f\r\n${rows.join('\r\n')}\r\n\r\n`)
  expect({ ...seen, leftOut: Object.fromEntries(seen.leftOut), unknown: Object.fromEntries(seen.unknown) }).toEqual({
    rows: 6,
    readings: 2,
    leftOut: { unregistered: 1, recent: 1, expired: 1, invalid: 1 },
    unknown: { nobody: 1 },
    batches: [{ from: Date.parse('2018-08-12'), to: Date.parse('2019-08-13'), readings: 2 }],
  })
})

test('of a file in the wrong columns not every name is remembered, but each row is counted', async () => {
  const rows = Array.from({ length: 1_500 }, (_, i) => `2018-08-13,nobody-${i},4`)
  const { unknown, leftOut } = await look(`t,s,f\n${rows.join('\n')}\n2018-08-13,nobody-3,4\n`)
  expect([unknown.size, unknown.get('nobody-3'), leftOut.get('unregistered')]).toEqual([1_000, 2, 1_501])
})

test('decades are written in parts', async () => {
  const rows = Array.from({ length: 9 }, (_, year) => `${2017 + year}-03-01,bin-01,4`)
  const { batches } = await look(`t,s,f\n${rows.join('\n')}\n`)
  expect(batches.length).toBeGreaterThan(1)
  for (const [i, { from, to }] of batches.entries()) {
    expect(to - from).toBeLessThan(61 * 31 * 86_400_000)
    if (i > 0) expect(from).toBeGreaterThanOrEqual(batches[i - 1]?.to as number)
  }
})

test.each([
  ['a,b,c\n1,2,3\n', /has no column "t", "s", "f"/],
  ['t,s,f,f\n', /has the column "f" twice/],
  ['t,s,f\n"2018-08-13,bin-01,4\n', /cannot be read as CSV/],
])('%j is refused', async (text, message) => {
  await expect(look(text)).rejects.toThrow(message)
})

test('a file that is not there is said to be so', async () => {
  await expect(survey(fileRows(path.join(dir, 'none.csv'), mapping), bins, mapping, NOW)).rejects.toThrow(/cannot be read as CSV: ENOENT/)
})

const HOURLY = new URL('../../../../shared/data/melbourne-pedestrian-hourly/April_2025.csv', import.meta.url)

test.runIf(existsSync(HOURLY))(
  'a month of Melbourne by the hour: each cell of a sensor, but those of the hour that the clock showed twice',
  async () => {
    const [header, ...lines] = readFileSync(HOURLY, 'utf8')
      .replace('\uFEFF', '')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','))
    const names = (header as string[]).slice(2)
    const sensors = names.map((name, i) => ({ ...bins.sensors[0], id: `s-${i}`, name, aliases: [] })) as unknown as Stream['sensors']
    const properties = bins.properties.map((p) => ({ ...p, kind: 'count' as const }))
    const stream = { ...bins, sensors, properties, time: { ...bins.time, zone: 'Australia/Melbourne' } }
    const hourly = readMapping('time: { date: Date, hour: Hour }\nwide: fullness\nmissing: [na, undefined]\nwindow: PT1H', stream)
    const seen = await survey(fileRows(HOURLY.pathname, hourly), stream, hourly, NOW)
    const isNumber = (cell: string) => /^\d+$/.test(cell)
    const twice = lines.find(([date, hour]) => date === '06/04/2025' && hour === '2') as string[]
    const ambiguous = twice.slice(2).filter(isNumber).length
    const numbers = lines.flatMap((line) => line.slice(2)).filter(isNumber).length
    expect(ambiguous).toBeGreaterThan(50)
    expect(seen.readings).toBe(numbers - ambiguous)
    expect(Object.fromEntries(seen.leftOut)).toEqual({ ambiguous, empty: lines.length * names.length - numbers })
  },
)

const MONTHS = ['April_2025.csv', 'April_2026.csv']
const monthly = (name: string) => new URL(`../../../../shared/data/melbourne-pedestrian-hourly/${name}`, import.meta.url)

test.runIf(MONTHS.every((name) => existsSync(monthly(name)))).each(MONTHS)(
  'what is odd in %s stays as it is: counters that say 0 all month are zeros and not gaps, a crowd is a figure and no error',
  async (month) => {
    const [header = [], ...lines] = readFileSync(monthly(month), 'utf8')
      .replace('\uFEFF', '')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','))
    const names = header.slice(2)
    const sensors = names.map((name, i) => ({ ...bins.sensors[0], id: `s-${i}`, name, aliases: [] })) as unknown as Stream['sensors']
    const properties = bins.properties.map((p) => ({ ...p, kind: 'count' as const }))
    const stream = { ...bins, sensors, properties, time: { ...bins.time, zone: 'Australia/Melbourne' } }
    const hourly = readMapping(
      'time: { date: Date, hour: Hour, ambiguous: later }\nwide: fullness\nmissing: [na, undefined]\nwindow: PT1H',
      stream,
    )
    const read = readingsOf(stream, hourly, Date.parse('2027-01-01T00:00:00Z'))
    const fold = new WindowFold(hourly, 3_600_000)
    for await (const row of fileRows(monthly(month).pathname, hourly)) for (const one of read(row)) if (!('leftOut' in one)) fold.add(one)
    const bySensor = Map.groupBy(fold.windows.values(), (window) => window.sensor)
    const isZero = (column: number) => lines.every((line) => line[column + 2] === '0')
    const zeros = names.flatMap((_, i) => (isZero(i) ? [`s-${i}`] : []))
    expect(zeros.length).toBeGreaterThanOrEqual(6)
    for (const id of zeros) expect(bySensor.get(id)?.map(({ figures }) => figures[0]?.sum)).toEqual(Array(lines.length).fill(0))
    const most = Math.max(...lines.flatMap((line) => line.slice(2).map((cell) => (/^\d+$/.test(cell) ? Number(cell) : 0))))
    expect(most).toBeGreaterThan(7_000)
    expect(Math.max(...[...fold.windows.values()].map(({ figures }) => figures[0]?.sum ?? 0))).toBe(most)
    // Dead or not yet installed: no window at all, rather than zeros.
    const never = names.flatMap((_, i) => (lines.every((line) => !/^\d+$/.test(line[i + 2] as string)) ? [`s-${i}`] : []))
    expect([never.length > 0, never.filter((id) => bySensor.has(id))]).toEqual([true, []])
  },
)
