import type { Log } from '@commonstream/runtime'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { approvalWatch } from './approval-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a bridge that runs for years says when a review comes near and when it was missed, each once', async () => {
  const { streams } = await twoStreams()
  const lines: unknown[] = []
  const log = { warn: (fields: { stream: string; state: string }) => lines.push(`${fields.stream} ${fields.state}`) } as unknown as Log
  // The reviews are due on 1 March and 1 June 2036, in Melbourne.
  let now = Date.parse('2035-12-31T12:59:00Z')
  const stop = await approvalWatch({ streams, now: () => now, log, everyMs: 1_000 }).start()
  expect(lines).toEqual([])
  now = Date.parse('2035-12-31T13:00:00Z')
  vi.advanceTimersByTime(5_000)
  expect(lines).toEqual(['pedestrian-counts review_due'])
  now = Date.parse('2036-03-01T13:00:00Z')
  vi.advanceTimersByTime(5_000)
  now = Date.parse('2036-06-01T14:00:00Z')
  vi.advanceTimersByTime(5_000)
  expect(lines).toEqual(['pedestrian-counts review_due', 'pedestrian-counts expired', 'bin-levels expired'])
  await stop()
  expect(vi.getTimerCount()).toBe(0)
})
