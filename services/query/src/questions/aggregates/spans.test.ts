import type { Sensor, Stream } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AggregateRequest } from './request.ts'
import { spansOf } from './spans.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2023, 5, 5, 12)

function request(stream: object, sensors = 1, view: 'public' | 'internal' = 'public'): AggregateRequest {
  const source = { sensors: 'registered', everyMs: HOUR, silence: 'unknown' }
  return {
    stream: {
      name: 's',
      disclosure: null,
      source,
      window: { sizeMs: HOUR },
      retention: { partialsMs: 2 * DAY },
      ...stream,
    } as unknown as Stream,
    properties: [],
    every: { name: 'PT1H', kind: 'window', ms: HOUR },
    zone: 'UTC',
    by: 'sensor',
    sensors: Array.from({ length: sensors }, () => ({ id: 'a', everyMs: HOUR }) as Sensor),
    all: true,
    range: { from: 0, to: 0 },
    view,
  }
}
const stepsOf = (from: number, to: number) =>
  Array.from({ length: (to - from) / HOUR }, (_, i) => ({ start: from + i * HOUR, end: from + (i + 1) * HOUR }))
const limits = { now: NOW, watermark: NOW, internalFrom: NOW - DAY }

test('the newest comes from partials, what has expired from windows, each window from one of them', () => {
  fc.assert(
    fc.property(fc.integer({ min: -120, max: 0 }), fc.integer({ min: 1, max: 100 }), fc.constantFrom(1, 50), (start, length, sensors) => {
      const from = NOW + start * HOUR
      const { windows, partials, releases, heard } = spansOf(request({}, sensors), stepsOf(from, from + length * HOUR), limits)
      expect(releases).toBeNull()
      expect(windows?.from ?? partials?.from).toBe(sensors === 1 ? from - 3 * HOUR : from)
      expect(partials?.to ?? windows?.to).toBe(from + length * HOUR)
      if (windows !== null && partials !== null) expect(windows.to).toBe(partials.from)
      if (partials !== null && sensors === 1) expect(partials.from).toBeGreaterThanOrEqual(Math.min(from - 3 * HOUR, NOW - 2 * DAY + HOUR))
      const covered = heard.map(({ span }) => [span.from, span.to])
      expect(covered.length === 0 ? null : [covered[0]![0], covered.at(-1)![1]]).toEqual(sensors === 1 ? null : [from - 3 * HOUR, from])
    }),
  )
})

test('of many sensors what is closed is read from windows, of one sensor it is not', () => {
  const steps = stepsOf(NOW - 40 * HOUR, NOW + 2 * HOUR)
  expect(spansOf(request({}, 50), steps, limits)).toMatchObject({
    windows: { to: NOW },
    partials: { from: NOW },
    heard: [{ table: 'windows' }],
  })
  expect(spansOf(request({}, 1), steps, limits)).toMatchObject({ windows: null, heard: [] })
  expect(spansOf(request({}, 50), stepsOf(NOW + HOUR, NOW + 2 * HOUR), limits).heard.map(({ table }) => table)).toEqual([
    'windows',
    'partials',
  ])
})

test('where partials are read, imported windows are looked for too; of a protected stream there are none', () => {
  fc.assert(
    fc.property(fc.integer({ min: -120, max: 0 }), fc.constantFrom(1, 50), (start, sensors) => {
      const from = NOW + start * HOUR
      const { windows, imported } = spansOf(request({}, sensors), stepsOf(from, NOW + 24 * HOUR), limits)
      expect(imported?.to).toBe(NOW + 24 * HOUR)
      expect(imported?.from).toBe(windows?.to ?? (sensors === 1 ? from - 3 * HOUR : from))
    }),
  )
  expect(spansOf(request({ disclosure: { policy: 1 } }), stepsOf(NOW - DAY, NOW), limits).imported).toBeNull()
})

test('what is not closed comes from partials, however old it is', () => {
  const steps = stepsOf(NOW - 5 * DAY, NOW - 4 * DAY)
  expect(spansOf(request({}), steps, { ...limits, watermark: null })).toMatchObject({ partials: { from: NOW - 5 * DAY - 3 * HOUR } })
})

test('a protected stream has releases for the public, and for operations partials of 24 hours', () => {
  const steps = stepsOf(NOW - 5 * DAY, NOW)
  const disclosure = { policy: 1 }
  expect(spansOf(request({ disclosure }), steps, limits)).toMatchObject({
    windows: null,
    partials: null,
    releases: { from: NOW - 5 * DAY, to: NOW },
  })
  const internal = spansOf(request({ disclosure }, 50, 'internal'), steps, { ...limits, internalFrom: NOW - DAY + 1 })
  expect(internal).toMatchObject({ windows: null, releases: null, partials: { from: NOW - DAY + HOUR, to: NOW } })
  expect(spansOf(request({ disclosure }, 1, 'internal'), stepsOf(NOW - 3 * DAY, NOW - 2 * DAY), limits).partials).toBeNull()
})
