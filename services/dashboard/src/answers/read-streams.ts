import { durationOf } from '../time/duration.ts'
import type { CatalogueAnswer, PropertyAnswer, StreamAnswer } from './answers.ts'
import { type Json, list, number, object, optional, ShapeError, text } from './shape.ts'

const KINDS: readonly string[] = ['count', 'gauge', 'counter', 'state'] satisfies PropertyAnswer['kind'][]

/** The answer of `/v1/streams`, streams in its order. @throws ShapeError */
export function readStreams(answer: unknown): CatalogueAnswer {
  const catalogue = object(answer, 'answer')
  return {
    city: text(catalogue['city'], 'city'),
    streams: list(catalogue['streams'], 'streams').map((value, i) => readStream(object(value, `streams[${i}]`), `streams[${i}]`)),
  }
}

function readStream(stream: Json, path: string): StreamAnswer {
  const window = text(stream['window'], `${path}.window`)
  const steward = object(stream['steward'], `${path}.steward`)
  const access = object(stream['access'], `${path}.access`)
  return {
    name: text(stream['name'], `${path}.name`),
    title: text(stream['title'], `${path}.title`),
    description: text(stream['description'], `${path}.description`),
    organisation: text(steward['organisation'], `${path}.steward.organisation`),
    licence: optional(text, access['licence'], `${path}.access.licence`),
    zone: text(stream['time_zone'], `${path}.time_zone`),
    everyMs: duration(stream['reports'], `${path}.reports`),
    windowMs: duration(window, `${path}.window`),
    window,
    // What the contract does not aggregate cannot be drawn.
    properties: list(stream['properties'], `${path}.properties`).flatMap((p, i) => {
      const property = object(p, `${path}.properties[${i}]`)
      return isAggregated(property) ? [readProperty(property, `${path}.properties[${i}]`)] : []
    }),
    ofGroups: optional(readPublish, stream['publish'], `${path}.publish`) === 'zone',
    disclosure: optional(readDisclosure, stream['disclosure'], `${path}.disclosure`),
  }
}

function isAggregated({ aggregates }: Json): boolean {
  return !Array.isArray(aggregates) || aggregates.length > 0
}

function readPublish(value: unknown, path: string): string {
  return text(object(value, path)['history'], `${path}.history`)
}

function readProperty(property: Json, path: string): PropertyAnswer {
  const kind = text(property['kind'], `${path}.kind`)
  if (!KINDS.includes(kind)) throw new ShapeError(`${path}.kind`, `one of ${KINDS.join(', ')}`)
  return {
    name: text(property['name'], `${path}.name`),
    kind: kind as PropertyAnswer['kind'],
    doc: text(property['doc'], `${path}.doc`),
    unit: text(property['unit'], `${path}.unit`),
    observedProperty: text(property['observed_property'], `${path}.observed_property`),
  }
}

function readDisclosure(value: unknown, path: string): StreamAnswer['disclosure'] {
  const disclosure = object(value, path)
  return { epsilon: text(disclosure['epsilon'], `${path}.epsilon`), group: number(disclosure['group'], `${path}.group`) }
}

function duration(value: unknown, path: string): number {
  const ms = durationOf(text(value, path))
  if (ms === null) throw new ShapeError(path, 'a duration')
  return ms
}
