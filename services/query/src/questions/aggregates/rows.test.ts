import type { Property, Sensor, Stream } from '@commonstream/schemas'
import { threshold } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Figures, NO_FIGURES } from './figures.ts'
import type { Gap } from '../gaps.ts'
import { groupsOf } from './groups.ts'
import { pageOf } from './page.ts'
import type { AggregateRequest } from './request.ts'
import { type AggregateRow, rowsOf } from './rows.ts'

const HOUR = 3_600_000
const START = Date.UTC(2023, 5, 5)
const GAUGE = {
  name: 'level',
  kind: 'gauge',
  resolution: '0.1',
  unit: '1',
  aggregates: ['min', 'max', 'mean', 'last'],
} as unknown as Property
const COUNT = { ...GAUGE, name: 'passed', kind: 'count', resolution: '1', aggregates: ['sum'] } as Property
const POLICY = { policy: 1, from: 0, epsilon: [1, 2], group: 10, beta: [1, 100] } as const

const sensor = (id: string): Sensor => ({
  id,
  name: id,
  zone: null,
  gateway: null,
  lon: null,
  lat: null,
  place: 'none',
  everyMs: HOUR,
  installed: null,
  removed: null,
  aliases: [],
})

function requestOf(stream: object, more: Partial<AggregateRequest> = {}): AggregateRequest {
  const source = { sensors: 'registered', everyMs: HOUR, silence: 'unknown' }
  return {
    stream: {
      name: 's',
      disclosure: null,
      publish: null,
      source,
      time: { zone: 'UTC' },
      window: { sizeMs: HOUR },
      ...stream,
    } as unknown as Stream,
    properties: [GAUGE],
    every: { name: 'PT1H', kind: 'window', ms: HOUR },
    zone: 'UTC',
    by: 'sensor',
    sensors: [sensor('a')],
    all: true,
    range: { from: START, to: START + HOUR },
    view: 'public',
    ...more,
  }
}

/** The rows of a request whose sensors have these figures in the step at `START` (or before all steps, by `step: 0`). */
function rows(
  request: AggregateRequest,
  figures: readonly (Partial<Figures> & { sensor?: string; step?: number })[],
  evidence: { watermark?: number | null; gaps?: Gap[]; summedFrom?: number; now?: number } = {},
): AggregateRow[] {
  const found = figures.map(({ sensor: of = 'a', step = START, ...rest }) => ({ sensor: of, step, figures: { ...NO_FIGURES, ...rest } }))
  const { cells } = pageOf(request, groupsOf(request), null, 1_000)
  return rowsOf(request, cells, found, { watermark: START + 9 * HOUR, gaps: [], now: START + 9 * HOUR, ...evidence })
}

const HEARD = { count: 2, sum: 30, min: 10, max: 20, last: 20, lastAt: START + 1, heard: START + HOUR }

test('figures are in declared units, those that the contract states and the rows can have', () => {
  expect(rows(requestOf({}), [HEARD])[0]).toMatchObject({
    count: 2,
    sum: null,
    min: 1,
    max: 2,
    mean: 1.5,
    last: 2,
    noise_sd: null,
    status: 'ok',
  })
  expect(rows(requestOf({}, { by: 'all' }), [HEARD])[0]).toMatchObject({ mean: 1.5, last: null })
  expect(rows(requestOf({}, { properties: [COUNT, COUNT] }), [HEARD])[0]).toMatchObject({
    count: 2,
    sum: 30,
    min: null,
    mean: null,
    last: null,
  })
})

test('a sum that is kept since later is not shown of a step before, nor is the mean', () => {
  expect(rows(requestOf({}), [HEARD], { summedFrom: START + HOUR })[0]).toMatchObject({ count: 2, max: 2, sum: null, mean: null })
  expect(rows(requestOf({}), [HEARD], { summedFrom: START })[0]).toMatchObject({ mean: 1.5 })
})

test.each<[string, Parameters<typeof rows>[1], Parameters<typeof rows>[2], Partial<AggregateRow>]>([
  ['closed, everybody heard', [HEARD], {}, { status: 'ok', reporting: 1 }],
  ['not closed yet', [HEARD], { watermark: START + HOUR - 1 }, { status: 'partial' }],
  ['nobody says what is closed', [HEARD], { watermark: null }, { status: 'partial' }],
  ['a gap touches it', [HEARD], { gaps: [{ sensor: null, start: START + HOUR - 1, end: START + 5 * HOUR }] }, { status: 'partial' }],
  ['a gap ends where it begins', [HEARD], { gaps: [{ sensor: null, start: 0, end: START }] }, { status: 'ok' }],
  ['a gap of another sensor', [HEARD], { gaps: [{ sensor: 'b', start: START, end: START + HOUR }] }, { status: 'ok' }],
  ['a gap of its own', [HEARD], { gaps: [{ sensor: 'a', start: START, end: START + HOUR }] }, { status: 'partial' }],
  ['silent, heard two hours before its end', [{ step: 0, heard: START - 1 }], {}, { status: 'no_data', count: null, reporting: 1 }],
  ['silent, heard more than three hours before its end', [{ step: 0, heard: START - 2 * HOUR }], {}, { status: 'no_data', reporting: 0 }],
  [
    'under way: heard within three hours of now',
    [{ step: 0, heard: START - 2 * HOUR + 1 }],
    { now: START + 1 },
    { status: 'no_data', reporting: 1 },
  ],
  ['never heard', [], {}, { status: 'no_data', expected: 1, reporting: 0 }],
])('unknown silence: %s', (_case, figures, evidence, expected) => {
  expect(rows(requestOf({}), figures, evidence)[0]).toMatchObject(expected)
})

test('a slower sensor is judged by its own interval, its neighbour by that of the stream', () => {
  const sensors = [sensor('a'), { ...sensor('b'), everyMs: 12 * HOUR }]
  const silent = { step: 0, heard: START - 20 * HOUR }
  const answer = rows(requestOf({}, { sensors }), [silent, { ...silent, sensor: 'b' }])
  expect(answer.map(({ sensor: id, reporting }) => [id, reporting])).toEqual([
    ['a', 0],
    ['b', 1],
  ])
})

test('where silence is zero, a closed silent step is zero as long as the sensor was heard within a day', () => {
  const request = requestOf({ source: { sensors: 'registered', everyMs: 60_000, silence: 'zero' } }, { properties: [COUNT] })
  expect(rows(request, [{ step: 0, heard: START - 22 * HOUR }])[0]).toMatchObject({ count: 0, sum: 0, reporting: 1, status: 'ok' })
  expect(rows(request, [{ step: 0, heard: START - 23 * HOUR }])[0]).toMatchObject({
    count: null,
    sum: null,
    reporting: 0,
    status: 'no_data',
  })
  expect(rows(request, [{ step: 0, heard: START }], { watermark: START })[0]).toMatchObject({ sum: null, status: 'no_data' })
  expect(rows(request, [{ step: 0, heard: START }], { gaps: [{ sensor: null, start: START, end: START + 1 }] })[0]).toMatchObject({
    sum: null,
    status: 'no_data',
  })
})

test('a group is partial while one of its sensors is not heard', () => {
  const request = requestOf({}, { by: 'all', sensors: [sensor('a'), sensor('b')] })
  expect(rows(request, [HEARD])[0]).toMatchObject({ expected: 2, reporting: 1, status: 'partial' })
  expect(rows(request, [HEARD, { ...HEARD, sensor: 'b', last: 40 }])[0]).toMatchObject({ count: 4, mean: 1.5, reporting: 2, status: 'ok' })
})

test('in an open stream those heard within a day are expected', () => {
  const request = requestOf(
    { source: { sensors: 'open', everyMs: HOUR, silence: 'unknown' } },
    { by: 'all', sensors: [sensor('a'), sensor('b'), sensor('c')] },
  )
  expect(rows(request, [HEARD, { sensor: 'b', step: 0, heard: START - 10 * HOUR }])[0]).toMatchObject({
    expected: 2,
    reporting: 1,
    status: 'partial',
  })
})

test('a released cell is shown from τ(n) on, n the atoms in it; nothing of a suppressed one is', () => {
  const request = requestOf({ disclosure: POLICY }, { properties: [COUNT] })
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 90 }), fc.integer({ min: 1, max: 40 }), (sum, atoms) => {
      const [row] = rows(request, [{ sum, atoms }])
      const isShown = sum >= threshold(POLICY, atoms)
      expect(row).toMatchObject({ sum: isShown ? sum : null, count: null, mean: null, last: null, reporting: null, expected: 1 })
      expect(row!.status).toBe(isShown ? 'ok' : 'suppressed')
    }),
  )
})

test('without a release there are no data; with some of the releases the cell is partial; foreign policies are not shown', () => {
  const day = requestOf(
    { disclosure: POLICY },
    { properties: [COUNT], every: { name: 'P1D', kind: 'day', ms: 24 * HOUR }, range: { from: START, to: START + 24 * HOUR } },
  )
  expect(rows(day, [])[0]).toMatchObject({ sum: null, noise_sd: null, status: 'no_data' })
  expect(rows(day, [{ sum: 500, atoms: 23 }])[0]).toMatchObject({ sum: 500, status: 'partial' })
  expect(rows(day, [{ sum: 500, atoms: 24 }])[0]).toMatchObject({ sum: 500, status: 'ok' })
  expect(rows(day, [{ sum: 500, atoms: 24, foreign: 1 }])[0]).toMatchObject({ sum: null, noise_sd: null, status: 'suppressed' })
})

test('operations see exact values of a protected stream, and who was heard of nobody', () => {
  const request = requestOf(
    { disclosure: POLICY, source: { sensors: 'registered', everyMs: 60_000, silence: 'zero' } },
    { properties: [COUNT], view: 'internal' },
  )
  expect(rows(request, [{ ...HEARD, sum: 3 }])[0]).toMatchObject({ count: 2, sum: 3, reporting: null, noise_sd: null, status: 'ok' })
  expect(rows(request, [])[0]).toMatchObject({ count: 0, sum: 0, status: 'ok' })
})
