import type { Stream } from '../contract/stream.ts'
import { type Mapping, plainMapping } from './mapping.ts'

/** What decoders must know of a stream: its contract's names, its zone, and which of its properties are text or numbers. */
export function mappingOf({ source: { payload = {} }, time, properties }: Pick<Stream, 'source' | 'time' | 'properties'>): Mapping {
  const plain = plainMapping(time.zone)
  return {
    ...plain,
    device: payload.device ?? null,
    sensor: payload.sensor ?? null,
    at: payload.at ?? null,
    seen: payload.seen ?? null,
    separator: payload.separator ?? plain.separator,
    columns: payload.columns ?? null,
    fields: payload.fields ?? {},
    values: payload.values ?? {},
    missing: payload.missing ?? plain.missing,
    text: properties.filter(({ label = false }) => label).map(({ name }) => name),
    numbers: properties.filter(({ label = false }) => !label).map(({ name }) => name),
  }
}
