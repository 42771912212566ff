import type { Property } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { FiguresInOrder } from '../aggregates/figures-in-order.ts'
import { type Known, lastingFigures } from './lasting.ts'
import type { StepChange } from './point-questions.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const steps = [0, 1, 2, 3].map((n) => ({ start: n * HOUR, end: (n + 1) * HOUR }))
const bay = {
  name: 'bay',
  kind: 'state',
  label: true,
  resolution: '1',
  aggregates: ['duration', 'arrivals', 'last'],
} as unknown as Property
const meter = { name: 'energy', kind: 'counter', resolution: '1', aggregates: ['sum', 'last'] } as unknown as Property

const known = (more: Partial<Known>): Known => ({
  ...{ property: bay, steps, changes: [], open: [], before: [], gaps: [], knownTo: 4 * HOUR, hearing: () => 10 * HOUR },
  ...more,
})

/** Minutes in each state, by step; null where nothing is known. */
function minutesOf(more: Partial<Known>) {
  const figures = new FiguresInOrder(lastingFigures(known(more)))
  return steps.map(({ start }) => {
    figures.advance(start)
    const { points } = figures.of({ key: 'a', sensor: 'a', zone: null, sensors: [{ id: 'a' }] } as never)
    return points === undefined ? null : Object.fromEntries([...points.duration].map(([state, ms]) => [state, ms / MINUTE]))
  })
}

const before = { sensor: 'a', end: -HOUR, last: 'free', lastAt: -2 * HOUR }
const change: StepChange = {
  ...{ sensor: 'a', step: HOUR, heard: HOUR + 30 * MINUTE, count: 1, sum: null, resets: 0, unknown: 0 },
  ...{
    duration: new Map([
      ['free', 5 * MINUTE],
      ['taken', 10 * MINUTE],
    ]),
    arrivals: new Map([['taken', 1]]),
  },
  ...{ first: HOUR + 15 * MINUTE, end: HOUR + 30 * MINUTE, last: 'taken', lastAt: HOUR + 20 * MINUTE },
}

test('a state lasts through windows that say nothing, up to where time is known', () => {
  expect(minutesOf({ before: [before], changes: [change], knownTo: 3 * HOUR + 6 * MINUTE })).toEqual([
    { free: 60 },
    { free: 15 + 5, taken: 10 + 30 },
    { taken: 60 },
    { taken: 6 },
  ])
})

test('nothing is known before the first point', () => {
  expect(minutesOf({ changes: [change] })).toEqual([null, { free: 5, taken: 10 + 30 }, { taken: 60 }, { taken: 60 }])
})

test('it is believed for a while only, and not through a gap', () => {
  expect(minutesOf({ before: [before], changes: [change], hearing: (sensor) => (sensor === 'a' ? 90 * MINUTE : 0) })).toEqual([
    { free: 30 },
    { free: 5, taken: 10 + 30 },
    { taken: 60 },
    null,
  ])
  const gaps = [{ sensor: null, start: 2 * HOUR + 20 * MINUTE, end: 4 * HOUR }]
  expect(minutesOf({ changes: [change], gaps })).toEqual([null, { free: 5, taken: 40 }, { taken: 20 }, null])
})

test('a counter has counted nothing where it says nothing, and goes on from there in windows that are not closed', () => {
  const more = {
    property: meter,
    before: [{ sensor: 'a', end: 0, last: 7, lastAt: -1 }],
    open: [{ sensor: 'a', start: 2 * HOUR, end: 3 * HOUR, heard: true, points: [{ at: 2 * HOUR + 1, value: 9, id: '1' }] }],
  }
  const figures = new FiguresInOrder(lastingFigures(known(more)))
  const seen = steps.map(({ start }) => {
    figures.advance(start)
    const { count, sum, points } = figures.of({ key: 'a', sensor: 'a', zone: null, sensors: [{ id: 'a' }] } as never)
    return [count, sum, points?.unknown, points?.last]
  })
  expect(seen).toEqual([
    [0, 0, 0, 7],
    [0, 0, 0, 7],
    [1, 2, 0, 9],
    [0, 0, 0, 9],
  ])
})
