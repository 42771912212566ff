import { expect, test } from 'vitest'
import { Held } from './held.ts'

test('an answer is kept for its moment, a failure is not', async () => {
  let now = 0
  let asked = 0
  const held = new Held(100, () => now)
  const ask = async () => ++asked
  expect([await held.get('a', ask), await held.get('b', ask), await held.get('a', ask)]).toEqual([1, 2, 1])
  now = 100
  expect(await held.get('a', ask)).toBe(3)
  await expect(held.get('c', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await held.get('c', ask)).toBe(4)
})
