import { loadCity, refusedFor } from '@commonstream/schemas'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { decoderOf } from './decoder.ts'
import { idPart } from './event-id.ts'

const city = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const examples = city.streams.flatMap((stream) =>
  stream.examples.map((example) => ({ stream, ...example, name: `${stream.name}/${example.file}` })),
)

test.each(examples)('the example $name is decoded as its name says', ({ stream, file, payload }) => {
  const readings = Array.isArray(payload) ? payload : [payload]
  const now = Math.max(
    ...readings.map((r) => new Date((r as { at?: string | number }).at ?? 0).getTime()).filter((t) => !Number.isNaN(t)),
    0,
  )
  const { events, refused, dropped } = decoderOf(stream)(Buffer.from(JSON.stringify(payload)), 'sensor', idPart('sensor'), now)
  const reason = refusedFor(file)
  if (reason !== null) {
    expect(refused.map((r) => r.refusal.reason)).toEqual([reason])
    return
  }
  expect(refused).toEqual([])
  // Another codec's payload need not hold its readings one by one, nor name them as the stream does.
  if (stream.source.codec !== 'json') return void expect(events.length).toBeGreaterThan(0)
  expect(events).toHaveLength(readings.length)
  const declared = new Set(['at', 'seq', 'boot', ...stream.properties.map((p) => p.name)])
  expect(dropped).toEqual(readings.flatMap((r) => Object.keys(r as object)).filter((name) => !declared.has(name)))
})
