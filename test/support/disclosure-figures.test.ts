import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bestGuess, figures, policyWith, shownChance } from './disclosure-figures.ts'

test('docs/privacy.md shows the figures as they are computed', () => {
  const page = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8')
  expect(page).toContain(`<!-- figures: node test/support/disclosure-figures.ts -->\n${figures()}\n<!-- end of figures -->`)
})

test('a cell with fewer than `group` passages is shown with probability at most β', () => {
  const half = policyWith([1, 2])
  const alpha = Math.exp(-0.5)
  for (let x = 0; x <= 9; x++) {
    expect(shownChance(half, x)).toBeCloseTo(alpha ** (18 - x) / (1 + alpha), 12)
    expect(shownChance(half, x)).toBeLessThanOrEqual(0.01)
  }
})

test('the best guess is the majority of what the atoms say', () => {
  const p = 1 / (1 + Math.exp(-0.5))
  expect(bestGuess(0.5, 1)).toBeCloseTo(p, 12)
  expect(bestGuess(0.5, 2)).toBeCloseTo(p, 12) // a tie is a coin
  expect(bestGuess(0.5, 3)).toBeCloseTo(p ** 3 + 3 * p * p * (1 - p), 12)
})
