import type { Random } from './random.ts'
import { fileURLToPath } from 'node:url'
import { type City, loadCity, type Property, type Stream } from '@commonstream/schemas'
import { type StreamContext, streamContext } from '@commonstream/worker/flush/stream-context.ts'
import type { Scale } from '@commonstream/worker/fold/scale.ts'

const SECOND = 1_000

/** The protocol's lengths on a scale on which some minutes are days: 1 s is about 20 s of the law. */
export const SMALL: Scale = {
  chunkOffsets: 16,
  hourMs: 40 * SECOND,
  horizon: { offsets: 24, ageMs: 60 * SECOND },
  protectedHorizon: { offsets: null, ageMs: 60 * SECOND },
  forgetMs: 30 * SECOND,
  silenceStepMs: 6 * SECOND,
  gapMs: 85 * SECOND,
  skewMs: 4 * SECOND,
}

/** Registered sensors: the first speak often, the last hardly ever. `c` counts no sequence. */
export const SENSORS = ['a', 'b', 'c', 'd', 'e'] as const

export interface SimCity {
  readonly city: City
  readonly contexts: readonly StreamContext[]
}

/** Two streams of one shape, protected and not, with short windows; of one to three partitions. */
export async function simCities(): Promise<(isProtected: boolean, partitions: number) => SimCity> {
  const city = await loadCity(fileURLToPath(new URL('../../../schemas', import.meta.url)))
  const counts = city.streams.find((s) => s.name === 'pedestrian-counts') as Stream
  const made = new Map<string, SimCity>()
  return (isProtected, partitions) => {
    const name = `${isProtected ? 'guarded' : 'open'}-${partitions}`
    let one = made.get(name)
    if (one === undefined) {
      const stream = isProtected ? guarded(counts, name, partitions) : open(counts, name, partitions)
      const own = { ...city, streams: [stream] }
      made.set(name, (one = { city: own, contexts: [streamContext(own, stream, SMALL)] }))
    }
    return one
  }
}

const rule = { version: 1, severity: 'warning', title: 'A rule', forMs: 0 } as const

/** Two counts, of which the second tells each reading from every other. */
function guarded(counts: Stream, name: string, partitions: number): Stream {
  const alerts = [
    { ...rule, rule: 'crowd', on: 'window', when: 'passing_sum >= 16', clear: 'passing_sum < 8', forMs: 10 * SECOND },
    { ...rule, rule: 'many', on: 'reading', when: 'passing >= 8', clear: 'passing <= 2' },
  ] as const
  const properties = [property('passing', 'count', '1', ['sum'], false), property('serial', 'count', '1', ['sum'], false)]
  return {
    ...shape(counts, name, partitions, properties),
    disclosure: { policy: 1, from: 0, epsilon: [1, 2], group: 10, beta: [1, 100] },
    alerts,
  }
}

function open(counts: Stream, name: string, partitions: number): Stream {
  const alerts = [
    { ...rule, rule: 'high', on: 'window', when: 'level_mean >= 5.5', clear: 'level_mean < 4.5', forMs: 10 * SECOND },
    { ...rule, rule: 'peak', on: 'reading', when: 'level >= 8', clear: 'level <= 2' },
  ] as const
  const properties = [
    property('level', 'gauge', '0.1', ['sum', 'min', 'max', 'mean', 'last'], true),
    property('serial', 'count', '1', ['sum'], false),
    { ...property('meter', 'counter', '1', ['sum', 'last'], true), rollover: '100' },
    { ...property('mode', 'state', '1', ['duration', 'arrivals', 'last'], true), label: true },
  ]
  return { ...shape(counts, name, partitions, properties), disclosure: null, unprotected: 'a simulation', alerts }
}

function property(
  name: string,
  kind: Property['kind'],
  resolution: string,
  aggregates: Property['aggregates'],
  nullable: boolean,
): Property {
  return { name, kind, resolution, aggregates, nullable, doc: name, unit: '1', observedProperty: `https://example.org/${name}` }
}

function shape(counts: Stream, name: string, partitions: number, properties: readonly Property[]): Stream {
  const head = (counts.avro as { fields: { name: string }[] }).fields.filter((f) =>
    ['event_id', 'sensor', 'at', 'clamped'].includes(f.name),
  )
  const fields = properties.map((p) => ({ name: p.name, type: avroType(p), ...(p.nullable && { default: null }) }))
  const avro = { ...counts.avro, fields: [...head, ...fields] }
  return {
    ...counts,
    name,
    table: name.replaceAll('-', '_'),
    partitions,
    properties,
    avro,
    versions: new Map([[counts.schemaId, avro]]),
    window: { sizeMs: 10 * SECOND },
    time: { ...counts.time, aheadMs: 3 * SECOND, latenessMs: 5 * SECOND, catchUpMs: 10 * SECOND },
    source: { ...counts.source, mqtt: `city/${name}/{sensor}` },
    sensors: SENSORS.map((id) => ({ ...(counts.sensors[0] as Stream['sensors'][number]), id, gateway: null, aliases: [] })),
  }
}

const MODES = ['free', 'taken', 'closed'] as const

/** What the meter and the state of an open stream's reading are: they follow from its serial, so that chance stays as it is. */
export function pointsOf(serial: number): { meter: number; mode?: string } {
  const mode = MODES[((serial * 7) % 5) % 3]
  return { meter: (serial * 17) % 100, ...(serial % 4 !== 0 && mode !== undefined && { mode }) }
}

function avroType(p: Property): unknown {
  const type = p.label ? { type: 'enum', name: 'Mode', symbols: MODES } : p.kind === 'gauge' ? 'double' : 'int'
  return p.nullable ? ['null', type] : type
}

/** What a reading of a stream says besides instant and serial. */
export function valueOf({ disclosure }: Pick<Stream, 'disclosure'>): (serial: number, random: Random) => Record<string, number | string> {
  if (disclosure !== null) return (_, random) => ({ passing: random.int(0, 11) })
  return (serial, random) => ({ ...(random.chance(0.05) ? {} : { level: random.int(0, 101) / 10 }), ...pointsOf(serial) })
}
