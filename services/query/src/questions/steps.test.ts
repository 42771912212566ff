import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Every } from './every.ts'
import { runsOf, stepEnd, stepStart, stepsBetween } from './steps.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WINDOW: Every = { name: 'PT15M', kind: 'window', ms: 900_000 }
const HOURS: Every = { name: 'PT1H', kind: 'hour', ms: HOUR }
const DAYS: Every = { name: 'P1D', kind: 'day', ms: DAY }
const WEEKS: Every = { name: 'P7D', kind: 'week', ms: 7 * DAY }

/** Zones with every kind of trouble: both hemispheres, half and quarter hours, midnights and whole days that do not exist. */
const ZONES = [
  'UTC',
  'Australia/Melbourne',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Santiago',
  'Africa/Cairo',
  'Pacific/Apia',
]
const zones = fc.constantFrom(...ZONES)
const instants = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2030, 0, 1) })
const everies = fc.constantFrom(WINDOW, HOURS, DAYS, WEEKS)

/** Local time by Intl: another implementation than Temporal's arithmetic. */
const formats = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      weekday: 'short',
    }),
  ]),
)
const localParts = (at: number, zone: string): Record<string, string> =>
  Object.fromEntries(
    formats
      .get(zone)!
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
const localDate = (at: number, zone: string) => {
  const { year, month, day } = localParts(at, zone)
  return `${year}-${month}-${day}`
}

test('a step holds the instant it was asked for, and is found again from anywhere in it', () => {
  fc.assert(
    fc.property(instants, everies, zones, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (at, every, zone, share) => {
      const start = stepStart(at, every, zone)
      const end = stepEnd(start, every, zone)
      expect(start).toBeLessThanOrEqual(at)
      expect(end).toBeGreaterThan(at)
      expect(stepStart(start + Math.floor((end - start) * share), every, zone)).toBe(start)
      expect(stepStart(end, every, zone)).toBe(end)
    }),
    { numRuns: 400 },
  )
})

test('an hour is one local hour, a day one local date, a week begins on Monday', () => {
  fc.assert(
    fc.property(instants, zones, (at, zone) => {
      const hour = stepStart(at, HOURS, zone)
      const parts = [hour, stepEnd(hour, HOURS, zone) - 1].map((t) => localParts(t, zone))
      expect(parts[0]).toMatchObject({ hour: parts[1]!['hour'], day: parts[1]!['day'] })
      const day = stepStart(at, DAYS, zone)
      expect(localDate(day, zone)).toBe(localDate(at, zone))
      expect(localDate(day - 1, zone)).not.toBe(localDate(at, zone))
      expect(localDate(stepEnd(day, DAYS, zone), zone)).not.toBe(localDate(at, zone))
      expect(localParts(stepStart(at, WEEKS, zone), zone)['weekday']).toMatch(/Mon/)
    }),
    { numRuns: 300 },
  )
})

test('steps follow each other and cover the range', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 20 * DAY }), everies, zones, (from, length, every, zone) => {
      const steps = [...stepsBetween(from, from + length, every, zone)]
      expect(steps[0]!.start).toBeLessThanOrEqual(from)
      expect(steps.at(-1)!.end).toBeGreaterThanOrEqual(from + length)
      for (const [i, step] of steps.entries()) if (i > 0) expect(step.start).toBe(steps[i - 1]!.end)
    }),
    { numRuns: 100 },
  )
})

test('from runs alone, the step of every window is found as SQL does it', () => {
  fc.assert(
    fc.property(instants, everies, zones, fc.nat(399), (from, every, zone, pick) => {
      const steps = [...stepsBetween(from, from + 400 * every.ms, every, zone)].slice(0, 400)
      const runs = runsOf(steps)
      const step = steps[pick]!
      for (const at of [step.start, step.end - 1_000]) {
        const run = runs.findLast(({ start }) => start <= at / 1_000)!
        expect(run.start + Math.floor((at / 1_000 - run.start) / run.length) * run.length).toBe(step.start / 1_000)
      }
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['2025-04-06', '2025-04-05T13:00:00Z', 25],
  ['2025-10-05', '2025-10-04T14:00:00Z', 23],
  ['2025-06-01', '2025-05-31T14:00:00Z', 24],
])('%s in Melbourne begins at %s and has %i hours', (_date, from, hours) => {
  const start = Date.parse(from)
  expect(stepStart(start + 5 * HOUR, DAYS, 'Australia/Melbourne')).toBe(start)
  const end = stepEnd(start, DAYS, 'Australia/Melbourne')
  expect(end - start).toBe(hours * HOUR)
  expect([...stepsBetween(start, end, HOURS, 'Australia/Melbourne')]).toHaveLength(hours)
})

test('a year of local days is a handful of runs', () => {
  const days = [...stepsBetween(Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1), DAYS, 'Australia/Melbourne')]
  expect(runsOf(days).map((run) => run.length / 3_600)).toEqual([24, 25, 24, 23, 24])
})
