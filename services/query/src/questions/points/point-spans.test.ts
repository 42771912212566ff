import { expect, test } from 'vitest'
import { madeCity } from '../../../../../test/support/made-streams.ts'
import type { AggregateRequest } from '../aggregates/request.ts'
import type { Step } from '../steps.ts'
import { pointSpansOf } from './point-spans.ts'

const HOUR = 3_600_000
const START = Date.parse('2023-06-05T00:00:00Z')
const { levels } = await madeCity()
// Believed for three hours, in windows of an hour.
const stream = { ...levels, source: { ...levels.source, everyMs: HOUR }, sensors: levels.sensors.map((s) => ({ ...s, everyMs: HOUR })) }
const step = (i: number): Step => ({ start: START + i * HOUR, end: START + (i + 1) * HOUR })
const request = {
  stream,
  properties: stream.properties,
  sensors: stream.sensors,
  all: true,
  every: { ms: HOUR },
} as unknown as AggregateRequest
const spansAt = (watermark: number) => {
  const { before, earlier, open } = pointSpansOf(request, [step(0), step(1)], { watermark })
  const hours = (span: { from: number; to: number } | null) => span && [(span.from - START) / HOUR, (span.to - START) / HOUR]
  return { before: hours(before), earlier: earlier.map(hours), open: hours(open) }
}

test('what is closed needs what was said before only as far as it is believed', () => {
  expect(spansAt(START + 2 * HOUR)).toMatchObject({ before: [-4, 0], open: null })
})

test('points that are not closed need what was said before them, of whatever age, nearest first and without a hole', () => {
  expect(spansAt(START - 2 * HOUR)).toEqual({
    before: [-4, -2],
    earlier: [
      [-194, -4],
      [-1_538, -194],
    ],
    open: [-2, 2],
  })
  // What is believed lies all in windows that are not closed.
  expect(spansAt(START - 10 * HOUR)).toMatchObject({
    before: null,
    open: [-10, 2],
    earlier: [
      [-202, -10],
      [-1_546, -202],
    ],
  })
})
