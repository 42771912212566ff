import type { Stream } from '@commonstream/schemas'
import { LIMITS } from '@commonstream/schemas/decode/contained/limits.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { NOW, useEndpoints } from '../../../test/support/mqtt-endpoint.ts'

// The decoder's process starts slowly where many tests run at once.
vi.setConfig({ testTimeout: 120_000 })

const { start, connect } = useEndpoints()

const WICKED = `
export function decode(payload: Uint8Array): unknown {
  const text = new TextDecoder().decode(payload)
  if (text === 'loop') for (;;);
  if (text === 'throw') throw new Error(text)
  if (text === 'grow') { const held = []; for (;;) held.push(new Array(1_000).fill(text)) }
  return [{ at: ${NOW}, values: { direction_1: Number(text), direction_2: 0 } }]
}`

test("a city's decoder that throws, loops or grows costs the messages that made it do so; the bridge goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-decoder-'))
  writeFileSync(join(folder, 'decode.ts'), WICKED)
  const decoder = { file: join(folder, 'decode.ts'), city: folder, limits: { ...LIMITS, timeMs: 3_000, startMs: 60_000 } }
  const wicked = (s: Stream): Stream =>
    s.name === 'pedestrian-counts' ? { ...s, disclosure: null, source: { ...s.source, codec: 'ours', decoder } } : s
  const endpoint = await start({ streams: (streams) => streams.map(wicked) })
  const client = await connect(endpoint)
  const bin = endpoint.streams.find((s) => s.name === 'bin-levels')?.sensors[0]?.id
  const messages: [string, string][] = ['1', 'loop', '2', 'throw', '3', 'grow', '4'].map((text) => [endpoint.topic(0), text])
  messages.push([`city/bin-levels/${bin}`, `{"at":${NOW},"fullness":4}`])
  for (const [i, [topic, payload]] of messages.entries()) client.publish(topic, payload, { id: i + 1 })
  await client.until((c) => c.acknowledged.length === messages.length, 100_000)
  expect(endpoint.events().map((event) => event['direction_1'] ?? event['fullness'])).toEqual([1, 2, 3, 4, 4])
  expect(endpoint.quarantined().map((q) => [q['reason'], q['detail'], String(q['bytes'])])).toEqual([
    ['undecodable', 'the decoder was ended: it took longer than 3000 ms', 'loop'],
    ['undecodable', 'the decoder threw Error', 'throw'],
    ['undecodable', expect.stringMatching(/the decoder was ended: (its process died|it took longer)/), 'grow'],
  ])
  rmSync(folder, { recursive: true })
})
