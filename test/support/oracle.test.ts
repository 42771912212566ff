import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { JsonPayload } from '@commonstream/fleet/rows/row.ts'
import { shippedRows } from '@commonstream/fleet/rows/shipped-rows.ts'
import { foldDocumentOf, type Stream } from '@commonstream/schemas'
import { createAlerts } from '@commonstream/worker/fold/alerts/alerts.ts'
import { expect, test } from 'vitest'
import { secondNoise } from './disclosure.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'
import {
  atomKey,
  differences,
  expectedAtoms,
  expectedReleases,
  expectedTransitions,
  expectedWindows,
  type Reading,
  readDayKeys,
} from './oracle.ts'

const QUARTER = 900_000
const midnight = Date.parse('2023-06-05T00:00:00Z')
const reading = (sensor: string, minute: number, a: number | null, b: number | null = null): Reading => ({
  sensor,
  at: midnight + minute * 60_000,
  values: { a, b },
})

test('windows by hand', () => {
  const readings = [
    reading('x', 0, 5, 1),
    reading('x', 14, 3),
    reading('x', 14, 3),
    reading('x', 15, 9),
    reading('y', 7, 0, 2),
    reading('x', -1, 4),
  ]
  const windows = expectedWindows(readings.toReversed(), ['a', 'b'], QUARTER)
  const at = (minute: number) => midnight + minute * 60_000
  const nothing = { count: 0, sum: 0, min: null, max: null, lastAt: null, last: [] }
  expect(Object.fromEntries(windows)).toEqual({
    [`x|${midnight}`]: {
      sensor: 'x',
      start: midnight,
      events: 2,
      figures: {
        a: { count: 2, sum: 8, min: 3, max: 5, lastAt: at(14), last: [3] },
        b: { count: 1, sum: 1, min: 1, max: 1, lastAt: at(0), last: [1] },
      },
    },
    [`x|${midnight + QUARTER}`]: {
      sensor: 'x',
      start: midnight + QUARTER,
      events: 1,
      figures: { a: { count: 1, sum: 9, min: 9, max: 9, lastAt: at(15), last: [9] }, b: nothing },
    },
    [`y|${midnight}`]: {
      sensor: 'y',
      start: midnight,
      events: 1,
      figures: {
        a: { count: 1, sum: 0, min: 0, max: 0, lastAt: at(7), last: [0] },
        b: { count: 1, sum: 2, min: 2, max: 2, lastAt: at(7), last: [2] },
      },
    },
    [`x|${midnight - QUARTER}`]: {
      sensor: 'x',
      start: midnight - QUARTER,
      events: 1,
      figures: { a: { count: 1, sum: 4, min: 4, max: 4, lastAt: at(-1), last: [4] }, b: nothing },
    },
  })
})

test('two readings at one instant leave `last` open', () => {
  const [window] = expectedWindows([reading('x', 1, 5), reading('x', 1, 6)], ['a'], QUARTER).values()
  expect(window?.figures['a']?.last.toSorted()).toEqual([5, 6])
})

const counts = { stream: 'counts', sensors: ['x', 'y'], properties: ['a', 'b'], sizeMs: QUARTER, policy: 1, epsilon: [1, 2] } as const

test('every atom, from a boundary on, to the last that starts before the end', () => {
  const starts = (from: number, to: number) => [
    ...new Set(expectedAtoms(counts, midnight + from, midnight + to).map((atom) => (atom.start - midnight) / QUARTER)),
  ]
  expect(expectedAtoms(counts, midnight, midnight + 2 * QUARTER)).toHaveLength(8)
  expect(starts(0, QUARTER)).toEqual([0])
  expect(starts(1, QUARTER + 1)).toEqual([1])
  expect(starts(-QUARTER, 1)).toEqual([-1, 0])
  expect(starts(QUARTER, QUARTER)).toEqual([])
})

test('releases are sums plus the noise of the day’s key, of empty atoms too', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'oracle-'))
  try {
    mkdirSync(path.join(dir, 'keys', 'counts'), { recursive: true })
    for (const [day, byte] of [
      ['2023-06-04', 4],
      ['2023-06-05', 5],
    ] as const)
      writeFileSync(path.join(dir, 'keys', 'counts', day), Buffer.alloc(32, byte))
    writeFileSync(path.join(dir, 'keys', 'counts', '2023-06-01.destroyed'), '')
    const keys = readDayKeys(dir, 'counts')
    expect([...keys.keys()].sort()).toEqual(['2023-06-04', '2023-06-05'])
    const releases = expectedReleases(counts, [reading('x', 3, 7, 1), reading('x', 4, 2, 0)], keys, midnight - QUARTER, midnight + QUARTER)
    expect(releases.size).toBe(8)
    for (const [sensor, start, property, x] of [
      ['x', midnight, 'a', 9],
      ['x', midnight, 'b', 1],
      ['y', midnight, 'a', 0],
      ['x', midnight - QUARTER, 'a', 0],
    ] as const) {
      const key = Buffer.alloc(32, start < midnight ? 4 : 5)
      const noise = secondNoise(key, { stream: 'counts', sensor, property, start, size: QUARTER, policy: 1 }, [1, 2])
      expect(releases.get(atomKey({ sensor, start, property }))).toBe(x + noise)
    }
    expect(() => expectedReleases(counts, [], keys, midnight + 86_400_000, midnight + 87_400_000)).toThrow(
      /no day key of counts for 2023-06-06/,
    )
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test('transitions with a band between `when` and `clear`', () => {
  const levels = [5, 8, 7, 9, 6, 5, 5, 10]
  const transitions = expectedTransitions(
    levels.map((level, day) => reading('bin', day * 1_440, level)),
    (r) => (r.values['a'] as number) >= 8,
    (r) => (r.values['a'] as number) < 6,
  )
  expect(transitions.map((t) => `${(t.at - midnight) / 86_400_000} ${t.transition}`)).toEqual(['1 firing', '5 resolved', '7 firing'])
})

test('differences are counted both ways', () => {
  expect(
    differences(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 3],
        ['c', 4],
      ]),
    ),
  ).toEqual(['a: expected 1, got nothing', 'b: expected 2, got 3', 'c: expected nothing, got 4'])
  expect(differences(new Map([['a', [1, 2]]]), new Map([['a', [1, 2]]]))).toEqual([])
})

test('the alert stage says of 30 days of bins what the oracle says', async () => {
  const city = await twoStreams()
  const stream = city.streams.find((s) => s.name === 'bin-levels') as Stream
  const alerts = createAlerts(foldDocumentOf(stream, null), stream.name)
  const rows = shippedRows('bin-levels').map((row) => ({
    sensor: row.sensor,
    at: row.at,
    values: { fullness: (row.payload as JsonPayload)['fullness'] as number },
  }))
  const got = rows.flatMap((r, offset) => alerts.onReading(r.sensor, r.at, `${offset}`, r.values, { partition: 0, offset }))
  const level = (r: Reading) => r.values['fullness'] as number
  const expected = expectedTransitions(
    rows,
    (r) => level(r) >= 8,
    (r) => level(r) < 6,
  )
  expect(got.map(({ subject, at, transition }) => ({ sensor: subject, at, transition }))).toEqual(expected)
  expect(expected.length).toBeGreaterThan(100)
})
