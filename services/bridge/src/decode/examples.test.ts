import { loadCity, refusedFor, type Stream } from '@commonstream/schemas'
import { payloadDecoderOf } from '@commonstream/schemas/decode/payload-decoder.ts'
import { Refused } from '@commonstream/schemas/decode/reading.ts'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { decoderOf } from './decoder.ts'
import { idPart } from './event-id.ts'

const city = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const examples = city.streams.flatMap((stream) =>
  stream.examples.map((example) => ({ stream, ...example, name: `${stream.name}/${example.file}` })),
)

test.each(examples)('the example $name is decoded as its name says', ({ stream, file, payload }) => {
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const sensor = sensorOf(stream, file)
  const reason = refusedFor(file)
  // What is too old is judged a moment after it became so, everything else at its own time.
  const now = newestOf(stream, bytes, sensor, payload) + (reason === 'too_old' ? stream.time.behindMs + 1 : 0)
  const { events, refused, dropped } = decoderOf(stream)(bytes, sensor, idPart(sensor ?? ''), now)
  if (reason !== null) {
    expect(refused.map((r) => r.refusal.reason)).toEqual([reason])
    return
  }
  expect(refused).toEqual([])
  // Another codec's payload need not hold its readings one by one, nor name them as the stream does.
  if (stream.source.codec !== 'json') return void expect(events.length).toBeGreaterThan(0)
  const readings = Array.isArray(payload) ? payload : [payload]
  expect(events).toHaveLength(readings.length)
  const declared = new Set(['at', 'seq', 'boot', ...stream.properties.map((p) => p.name)])
  expect(dropped).toEqual(readings.flatMap((r) => Object.keys(r as object)).filter((name) => !declared.has(name)))
})

/** Whose topic an example arrives on: the sensor that its file names (`uplink.<sensor>.json`); else what the payload says. */
function sensorOf(stream: Stream, file: string): string | null {
  if (stream.source.codec === 'json') return 'sensor'
  return stream.sensors.find(({ id }) => file.includes(`.${id}.`))?.id ?? null
}

function newestOf(stream: Stream, bytes: Buffer, sensor: string | null, payload: unknown): number {
  const device = stream.sensors.find(({ id }) => id === sensor)?.device ?? null
  const decoded = payloadDecoderOf(stream)?.decode(bytes, device)
  if (decoded instanceof Refused) return 0
  const times = decoded
    ? decoded.map((reading) => (reading instanceof Refused ? null : reading.at))
    : (Array.isArray(payload) ? payload : [payload]).map((r) => new Date((r as { at?: string | number }).at ?? 0).getTime())
  return Math.max(0, ...times.filter((at) => at !== null && !Number.isNaN(at)).map(Number))
}
