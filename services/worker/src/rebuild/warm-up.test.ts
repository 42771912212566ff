import { fileURLToPath } from 'node:url'
import { foldDocumentOf, loadCity } from '@commonstream/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LAW } from '../fold/scale.ts'
import { streamNamed } from '../fold/testing/memory-run.ts'
import type { LogRecord } from '../fold/types.ts'
import { WarmUp } from './warm-up.ts'

const city = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const document = foldDocumentOf(streamNamed(city, 'bin-levels'), null)
const SCALE = { ...LAW, chunkOffsets: 50, horizon: { offsets: 120, ageMs: 3_600_000 } }
const START = Date.parse('2026-11-25T10:20:00Z')

const record = (offset: number, appended: number, tick: boolean): LogRecord => ({
  offset,
  appended,
  value: tick ? null : Buffer.from([1]),
  headers: tick ? { kind: 'tick', bridge: 'a', asOf: String(appended) } : {},
})

const log = (first: number, everyMs: number, count: number) =>
  Array.from({ length: count }, (_, i) => record(first + i, START + i * everyMs, i % 5 === 0))

function run(records: readonly LogRecord[]): WarmUp {
  const warmUp = new WarmUp(false, [document], SCALE)
  for (const r of records) if (warmUp.take(r)) break
  return warmUp
}

test('it starts with a whole chunk, behind the horizon and ten minutes of ticks', () => {
  const warmUp = run(log(1_003, 4_000, 400))
  // 120 offsets are past at 1123 (eight minutes), ten minutes of ticks at 1153, the next multiple of 50 is 1200.
  expect(warmUp.start).toBe(1_200)
  expect(warmUp.begin).toBeGreaterThan(warmUp.watermark.appended + document.aheadMs)
  expect(warmUp.begin % document.sizeMs).toBe(0)
})

test('ticks of an outage do not count as time: it waits for ten minutes that were ticked', () => {
  const quiet = log(0, 1_000, 200)
  const later = log(200, 1_000, 1_000).map((r) => ({ ...r, appended: r.appended + 3_000_000 }))
  const { start } = run([...quiet, ...later])
  // 200 s of ticks, an outage that counts as 20 s, and 400 s more until the next chunk start.
  expect(start).toBe(600)
})

test('a log that is too short has no start', () => {
  expect(run(log(1_003, 4_000, 100)).start).toBeNull()
})

test('wherever it begins to read, what it finds is a chunk start of the whole log', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.integer({ min: 1_000, max: 60_000 }), (cut, everyMs) => {
      const whole = log(0, everyMs, 900)
      const { start } = run(whole.slice(cut))
      if (start === null) return
      const hour = (i: number) => Math.floor((whole[i] as LogRecord).appended / 3_600_000)
      expect(start % 50 === 0 || hour(start) !== hour(start - 1)).toBe(true)
      expect(start).toBeGreaterThan(cut)
    }),
  )
})
