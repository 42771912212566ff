import { sensorFinder, serviceSpan, type Stream, type Units, unitsOf } from '@commonstream/schemas'
import { fileTime } from './local-time.ts'
import type { ImportMapping } from './mapping.ts'

/** A row's cells by column. */
export type Row = Readonly<Record<string, string>>

/** One sensor's figures at one instant; integers in units of the properties' resolution, in the order of the mapping's fields. */
export interface RowReading {
  readonly sensor: string
  /** Epoch ms. */
  readonly at: number
  readonly values: readonly (number | null)[]
}

/** Why a row, or a cell of a wide one, is left out. */
export type LeftOut = 'no_time' | 'ambiguous' | 'missing' | 'unregistered' | 'out_of_service' | 'invalid' | 'empty'

export type Outcome = RowReading | { readonly leftOut: LeftOut; readonly name?: string }

/** Ids that an unregistered sensor of an open stream may have. */
const USABLE = /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}$/

/** Reads rows by a mapping: of a long file one outcome each, of a wide one an outcome per sensor's column. */
export function rowReader(stream: Stream, mapping: ImportMapping): (row: Row) => readonly Outcome[] {
  const sensorOf = finder(stream, mapping)
  const spans = new Map(stream.sensors.map((s) => [s.id, serviceSpan(s, stream.time.zone)]))
  const units = mapping.fields.map(({ property }) => unitsOf(property))
  const value = (index: number, cell: string | undefined) => valueOf(mapping, index, units[index] as Units, cell)
  return (row) => {
    const hour = mapping.hour === null ? null : (row[mapping.hour] ?? '')
    const at = fileTime(row[mapping.time] ?? '', hour, mapping.zone, mapping.ambiguous)
    if (mapping.sensor !== null)
      return [reading(at, row[mapping.sensor] ?? '', () => mapping.fields.map((f, i) => value(i, row[f.column as string])))]
    const columns = Object.keys(row).filter((name) => name !== mapping.time && name !== mapping.hour)
    return columns.map((name) => reading(at, name, () => [value(0, row[name])]))
  }

  function reading(at: ReturnType<typeof fileTime>, name: string, values: () => (number | null | 'invalid')[]): Outcome {
    const read = values()
    // A cell without a value says nothing, also where its time or its sensor does not exist.
    if (read.every((v) => v === null)) return { leftOut: 'empty' }
    if (read.includes('invalid')) return { leftOut: 'invalid' }
    if (typeof at === 'string') return { leftOut: at }
    const sensor = sensorOf(name)
    if (sensor === null) return { leftOut: 'unregistered', name }
    const span = spans.get(sensor) ?? null
    // As the bridge refuses it: the register would deny the sensor whose figure it is.
    if (span !== null && (at < span.from || at >= span.until)) return { leftOut: 'out_of_service' }
    return { sensor, at, values: read as (number | null)[] }
  }
}

/** Finds a sensor by the mapping's table, its id, an alias, its name, or another spelling of these, in this order. */
function finder(stream: Stream, { sensors }: ImportMapping): (name: string) => string | null {
  const known = new Map<string, string>()
  const names = Map.groupBy(stream.sensors, (s) => s.name)
  // A name that several sensors share says nothing.
  for (const [name, [one, ...others]] of names) if (one !== undefined && others.length === 0) known.set(name, one.id)
  for (const { id, aliases } of stream.sensors) for (const name of [...aliases, id]) known.set(name, id)
  const spelt = stream.source.sensors === 'registered' ? sensorFinder(stream.sensors) : () => null
  const isId = (id: string) => stream.sensors.some((s) => s.id === id) || (stream.source.sensors === 'open' && USABLE.test(id))
  for (const [name, id] of sensors) if (isId(id)) known.set(name, id)
  return (text) => {
    const name = text.trim()
    return known.get(name) ?? spelt(name)?.id ?? (stream.source.sensors === 'open' && USABLE.test(name) ? name : null)
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/

function valueOf({ missing, fields }: ImportMapping, index: number, units: Units, cell = ''): number | null | 'invalid' {
  const { property, values } = fields[index] as ImportMapping['fields'][number]
  const text = cell.trim()
  const table = values.has(text) ? values.get(text) : undefined
  if (table === null || (table === undefined && (missing.has(text) || text === ''))) return null
  const number = typeof table === 'number' ? table : NUMBER.test(text) ? Number(text) : Number.NaN
  const integer = units.toInteger(number)
  if (!Number.isSafeInteger(integer) || (property.kind === 'count' && number < 0)) return 'invalid'
  return integer
}
