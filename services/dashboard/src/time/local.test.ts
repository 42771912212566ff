import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, clockOf, dateOf, startOf } from './local.ts'

const zones = fc.constantFrom('Australia/Melbourne', 'Europe/London', 'America/Montreal', 'America/Sao_Paulo', 'Asia/Kathmandu', 'UTC')
const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2035, 0, 1) })

test('date and clock of an instant are those of Temporal', () => {
  fc.assert(
    fc.property(instants, zones, (instant, zone) => {
      const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
      expect(dateOf(instant, zone)).toBe(there.toPlainDate().toString())
      expect(clockOf(instant, zone)).toEqual({ hour: there.hour, minute: there.minute })
    }),
  )
})

test('the start of a day is that of Temporal, also where midnight is skipped', () => {
  fc.assert(
    fc.property(instants, zones, (instant, zone) => {
      const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
      expect(startOf(there.toPlainDate().toString(), zone)).toBe(there.startOfDay().epochMilliseconds)
    }),
  )
})

test('days of a clock change are 23 and 25 hours long', () => {
  const hours = (date: string) => (startOf(addDays(date, 1), 'Australia/Melbourne') - startOf(date, 'Australia/Melbourne')) / 3_600_000
  expect([hours('2025-10-05'), hours('2025-04-06'), hours('2025-06-01')]).toEqual([23, 25, 24])
})

test('addDays crosses months and leap days', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
  expect(addDays('2023-01-01', -1)).toBe('2022-12-31')
})
