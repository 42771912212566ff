import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Group } from './groups.ts'
import { type Cell, type RowPlace, pageOf } from './page.ts'

const groups: Group[] = ['', 'a', 'b', 'c'].map((key) => ({ key, sensor: key, zone: null, sensors: [] }))
const HOUR = 3_600_000
const start = Date.UTC(2025, 3, 5, 13)
const request = {
  range: { from: start, to: start + 25 * HOUR },
  every: { name: 'PT1H', kind: 'hour', ms: HOUR },
  zone: 'Australia/Melbourne',
  by: 'sensor',
} as const

test('pages of any size are the whole grid in order, each cell once', () => {
  const whole = pageOf(request, groups, null, 1_000)
  expect(whole.cells).toHaveLength(25 * groups.length)
  expect(whole.next).toBeNull()
  const name = ({ step, group }: Cell) => `${step.start} ${group.key}`
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), (limit) => {
      const cells: Cell[] = []
      let after: RowPlace | null = null
      do {
        const page = pageOf(request, groups, after, limit)
        expect(page.cells.length).toBeLessThanOrEqual(limit)
        expect(page.steps).toEqual([...new Set(page.cells.map((cell) => cell.step))])
        cells.push(...page.cells)
        after = page.next
      } while (after !== null)
      expect(cells.map(name)).toEqual(whole.cells.map(name))
    }),
    { numRuns: 40 },
  )
})
