import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apart } from './apart.ts'

const size = { width: 500, height: 360 }
const circle = fc.record({ x: fc.integer({ min: 30, max: 470 }), y: fc.integer({ min: 30, max: 330 }), r: fc.integer({ min: 4, max: 12 }) })

test('circles come to lie beside each other, inside the drawing, and the same input gives the same picture', () => {
  fc.assert(
    fc.property(fc.array(circle, { maxLength: 30 }), (circles) => {
      const moved = apart(circles, size)
      expect(apart(circles, size)).toEqual(moved)
      moved.forEach((a, i) => {
        expect(a.x - a.r).toBeGreaterThanOrEqual(0)
        expect(a.x + a.r).toBeLessThanOrEqual(size.width)
        for (const b of moved.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan((a.r + b.r) * 0.45)
      })
    }),
    { numRuns: 40 },
  )
})

test('circles that do not touch stay where they are', () => {
  const circles = [
    { x: 100, y: 100, r: 10 },
    { x: 200, y: 100, r: 10 },
  ]
  expect(apart(circles, size)).toEqual(circles)
})
