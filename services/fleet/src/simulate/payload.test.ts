import { expect, test } from 'vitest'
import { exampleStream } from '../support/example-stream.ts'
import { payloadOf } from './payload.ts'
import type { Reading } from './simulation.ts'

const { properties } = exampleStream('x', [])
const START = Date.parse('2023-06-05T00:00:00Z')
const reading = (sensor: number, seq: number): Reading => ({ sensor, seq, at: seq * 1_000, due: seq * 1_000, copy: false })

test('a payload says when, which and what, in multiples of the resolution', () => {
  for (let i = 0; i < 500; i++) {
    const text = payloadOf(properties, reading(i % 7, i), START, 60)
    const said = JSON.parse(text)
    expect(Object.keys(said)).toEqual(['at', 'seq', 'passed', 'level'])
    expect(Date.parse(said.at)).toBe(START + i * 60_000)
    expect(said.seq).toBe(i)
    expect(Number.isInteger(said.passed) && said.passed >= 0 && said.passed < 20).toBe(true)
    expect(said.level >= 0 && said.level <= 1).toBe(true)
    expect(text).toMatch(/"level":\d\.\d}$/)
    expect(payloadOf(properties, reading(i % 7, i), START, 60)).toBe(text)
  }
})

test('figures differ between sensors and readings', () => {
  const figures = Array.from({ length: 200 }, (_, i) => JSON.parse(payloadOf(properties, reading(i % 10, i), START, 1)).passed)
  expect(new Set(figures).size).toBeGreaterThan(10)
})
