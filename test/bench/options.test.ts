import { expect, test } from 'vitest'
import { benchOptions, SECTIONS } from './options.ts'

test('everything at full size without arguments', () => {
  const { sections, scale, profile } = benchOptions([])
  expect([[...sections.keys()], scale, profile]).toEqual([[...SECTIONS], 1, false])
})

test('sections and their jobs', () => {
  const { sections, scale, profile } = benchOptions(['worker/open', 'worker/protected', 'live', '--scale', '0.1', '--prof'])
  expect([...sections]).toEqual([
    ['worker', ['open', 'protected']],
    ['live', []],
  ])
  expect([scale, profile]).toEqual([0.1, true])
})

test.each([
  [['werker'], /no section "werker"/],
  [['--scale', '2'], /--scale is "2"/],
  [['--scale', 'half'], /--scale is "half"/],
  [['--fast'], /--fast/],
])('%s is refused and named', (args, message) => expect(() => benchOptions(args)).toThrow(message))
