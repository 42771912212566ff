import { expect, test } from 'vitest'
import { type Progress, Watchdog } from './watchdog.ts'

const at = (next: number, change: Partial<Progress> = {}): Progress[] => [{ name: 'a/0', next, end: 100, shouldMove: true, ...change }]

test('a partition with something to read that does not move is found after the limit', () => {
  const dog = new Watchdog(1_000, 2_000)
  expect(dog.look(0, at(5))).toEqual([])
  expect(dog.look(500, at(5))).toEqual([])
  expect(dog.look(1_000, at(5))).toEqual([])
  expect(dog.look(1_001, at(5))).toEqual(['a/0'])
})

test('moving, having nothing to read, and standing still on purpose are no faults', () => {
  const dog = new Watchdog(1_000, 2_000)
  for (let t = 0; t < 20; t++) expect(dog.look(t * 900, at(t))).toEqual([])
  for (let t = 20; t < 40; t++) expect(dog.look(t * 900, at(100))).toEqual([])
  for (let t = 40; t < 60; t++) expect(dog.look(t * 900, at(7, { shouldMove: false }))).toEqual([])
  expect(dog.look(60 * 900, at(7))).toEqual([])
  expect(dog.look(62 * 900, at(7))).toEqual(['a/0'])
})

test('a partition that went away and came back starts anew', () => {
  const dog = new Watchdog(1_000, 2_000)
  dog.look(0, at(5))
  dog.look(500, [])
  expect(dog.look(2_000, at(5))).toEqual([])
})

test('what passes while the process itself stands still is not counted', () => {
  const dog = new Watchdog(1_000, 400)
  dog.look(0, at(5))
  expect(dog.look(3_600_000, at(5))).toEqual([])
  expect(dog.look(7_200_000, at(5))).toEqual([])
  expect(dog.look(7_200_200, at(5))).toEqual([])
  expect(dog.look(7_200_201, at(5))).toEqual(['a/0'])
})
