import fc from 'fast-check'
import { expect, test } from 'vitest'
import { project, scaleBar } from './project.ts'

/** Great-circle distance in metres (haversine), the independent yardstick. */
function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const rad = Math.PI / 180
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 2 * 6_371_008 * Math.asin(Math.sqrt(h))
}

const place = fc.record({
  lon: fc.double({ min: 144.9, max: 145.02, noNaN: true }),
  lat: fc.double({ min: -37.86, max: -37.77, noNaN: true }),
})

test('every place is inside the padding, and distances on the drawing are those on the ground', () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 2, maxLength: 40 }), (list) => {
      const places = list.map((p, i) => ({ id: String(i), ...p }))
      const { spots, metresPerPixel } = project(places, 600, 400, 24)
      for (const { x, y } of spots) {
        expect(x).toBeGreaterThanOrEqual(23.99)
        expect(x).toBeLessThanOrEqual(576.01)
        expect(y).toBeGreaterThanOrEqual(23.99)
        expect(y).toBeLessThanOrEqual(376.01)
      }
      const [a, b] = [places[0], places[1]] as [(typeof places)[0], (typeof places)[0]]
      const [s, t] = [spots[0], spots[1]] as [(typeof spots)[0], (typeof spots)[0]]
      const drawn = Math.hypot(s.x - t.x, s.y - t.y) * metresPerPixel
      expect(Math.abs(drawn - metresBetween(a, b))).toBeLessThan(metresBetween(a, b) * 0.005 + 1)
    }),
  )
})

test('north is up, east is right, one place is in the middle, none is no fault', () => {
  const { spots } = project(
    [
      { id: 'sw', lon: 144.9, lat: -37.9 },
      { id: 'ne', lon: 145, lat: -37.8 },
    ],
    100,
    100,
    10,
  )
  expect(spots[1]!.x).toBeGreaterThan(spots[0]!.x)
  expect(spots[1]!.y).toBeLessThan(spots[0]!.y)
  expect(project([{ id: 'a', lon: 1, lat: 2 }], 100, 60, 10).spots[0]).toEqual({ id: 'a', x: 50, y: 30 })
  expect(project([], 100, 60, 10).spots).toEqual([])
})

test('the scale bar is round and fits', () => {
  expect(scaleBar(7, 100)).toEqual({ metres: 500, pixels: 500 / 7 })
  expect(scaleBar(25, 100).metres).toBe(2000)
})
