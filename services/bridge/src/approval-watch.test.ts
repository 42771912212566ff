import type { Log } from '@commonstream/runtime'
import { Approvals, loadCity } from '@commonstream/schemas'
import { type TempCity, tempCity } from '@commonstream/schemas/support/temp-city.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { approvalWatch } from './approval-watch.ts'
import { gateOf } from './decode/approval.ts'

let city: TempCity
beforeEach(() => {
  city = tempCity()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  city.end()
})

async function watched(at: string) {
  const { streams } = await loadCity(city.dir)
  const lines: string[] = []
  const log = { warn: (fields: { stream: string; state: string }) => lines.push(`${fields.stream} ${fields.state}`) } as unknown as Log
  const approvals = new Approvals(city.dir, streams)
  const clock = { now: Date.parse(at) }
  const stop = await approvalWatch({ streams, approvals, now: () => clock.now, log }).start()
  const bins = streams.find((s) => s.name === 'bin-levels')!
  return { lines, clock, stop, gate: gateOf(() => approvals.of(bins)) }
}

test('a bridge that runs for years says when a review comes near and when it was missed, each once', async () => {
  // The reviews are due on 1 March and 1 June 2036, in Melbourne.
  const { lines, clock, stop } = await watched('2035-12-31T12:59:00Z')
  expect(lines).toEqual([])
  clock.now = Date.parse('2035-12-31T13:00:00Z')
  vi.advanceTimersByTime(20_000)
  expect(lines).toEqual(['pedestrian-counts review_due'])
  clock.now = Date.parse('2036-03-01T13:00:00Z')
  vi.advanceTimersByTime(20_000)
  clock.now = Date.parse('2036-06-01T14:00:00Z')
  vi.advanceTimersByTime(20_000)
  expect(lines).toEqual(['pedestrian-counts review_due', 'pedestrian-counts expired', 'bin-levels expired'])
  await stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('an approval that runs out shuts the gate at that instant; one that is taken back, within seconds and without a restart', async () => {
  const { lines, clock, stop, gate } = await watched('2026-11-25T03:00:00Z')
  const until = Date.parse('2036-06-02T00:00:00+10:00')
  expect([gate(until - 1), gate(until)?.reason]).toEqual([null, 'not_approved'])
  const taken = 'review: 2036-06-01, withdrawn: { on: 2026-11-25, by: City Council, reason: cameras } }'
  city.edit('streams/bin-levels/contract.yaml', 'review: 2036-06-01 }', taken)
  expect(gate(clock.now)).toBeNull()
  vi.advanceTimersByTime(5_000)
  expect(gate(clock.now)?.detail).toMatch(/withdrawn on 2026-11-25 by City Council: cameras/)
  expect(lines).toEqual(['bin-levels withdrawn'])
  await stop()
})
