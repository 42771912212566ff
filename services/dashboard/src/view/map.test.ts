import { expect, test } from 'vitest'
import { drawMap, STRIP } from './map.ts'
import { nowOf } from './samples.ts'

const size = { width: 500, height: 400 }
const sensors = [
  nowOf('1', { lon: 144.95, lat: -37.81, state: 'value', value: 400 }),
  nowOf('2', { lon: 144.97, lat: -37.82, state: 'value', value: 100 }),
  nowOf('3', { lon: 144.96, lat: -37.8, state: 'few' }),
  nowOf('4', { lon: null, lat: null, state: 'value', value: 0 }),
]

test('every sensor is on the drawing, those without a place in a strip of their own', () => {
  const { circles, placeless, ground } = drawMap(sensors, '2', size)
  expect([circles.map((c) => c.id).sort(), placeless.map((c) => c.id)]).toEqual([['1', '2', '3'], ['4']])
  expect(ground).toBe(size.height - STRIP)
  for (const { y, r } of circles) expect(y + r).toBeLessThanOrEqual(ground)
  for (const { y, r } of placeless) expect(y - r).toBeGreaterThan(ground)
})

test('area is in proportion to the figure, small circles lie on top, the scale is round', () => {
  const { circles, range } = drawMap(sensors, null, size)
  const [large, small] = circles
  expect([large?.id, small?.id]).toEqual(['1', '2'])
  expect((large!.r / small!.r) ** 2).toBeCloseTo(4, 6)
  expect(range).toEqual({ low: 0, high: 400 })
})

test('the chosen one has its name, unless there is no room; nothing at all is no fault', () => {
  const { labels } = drawMap(sensors, '3', size)
  expect(labels[0]).toMatchObject({ id: '3', text: 'Sensor 3' })
  for (const { x, end } of labels) expect(end ? x > 50 : x < size.width).toBe(true)
  expect(drawMap([], null, size)).toMatchObject({ circles: [], placeless: [], labels: [], bar: null })
})
