import { fileURLToPath } from 'node:url'
import { decoderOf } from '@commonstream/bridge/decode/decoder.ts'
import { idPart } from '@commonstream/bridge/decode/event-id.ts'
import { type EventRecord, loadCity, type Stream } from '@commonstream/schemas'

const city = await loadCity(fileURLToPath(new URL('../../schemas', import.meta.url)))

/** A shipped stream. */
export function stream(name: string): Stream {
  return city.streams.find((s) => s.name === name) as Stream
}

/** What becomes of a payload that names its sensors, at `now`; how many readings were refused for each reason. */
export function taken(
  name: string,
  payload: Buffer | string,
  now: number,
): { events: readonly EventRecord[]; refused: Record<string, number> } {
  const { events, refused } = decoderOf(stream(name))(Buffer.from(payload), null, idPart(''), now)
  const reasons: Record<string, number> = {}
  for (const { refusal } of refused) reasons[refusal.reason] = (reasons[refusal.reason] ?? 0) + 1
  return { events, refused: reasons }
}
