import type { City, Property, Stream } from '../contract/stream.ts'
import { DATABASE } from './names.ts'
import { quoted } from './table-spec.ts'
import { decimalFraction } from './units.ts'

export interface ViewSpec {
  readonly name: string
  /** CREATE OR REPLACE VIEW in the database `city`. */
  readonly ddl: string
}

/** The view `<t>` of each stream: its closed windows in declared units, the newest revision of each. */
export function viewsOf(city: Pick<City, 'streams'>): ViewSpec[] {
  return city.streams.map(viewOf)
}

function viewOf(stream: Stream): ViewSpec {
  const columns = ['window', 'size', 'sensor', 'status', 'origin', 'noise_sd', 'count'].map(quoted)
  const ddl = [
    `CREATE OR REPLACE VIEW ${DATABASE}.${quoted(stream.table)} AS SELECT`,
    [...columns, ...stream.properties.flatMap(inUnits)].map((c) => `  ${c}`).join(',\n'),
    `FROM ${DATABASE}.${quoted(`${stream.table}_windows`)} FINAL`,
  ].join('\n')
  return { name: stream.table, ddl }
}

function inUnits(property: Property): string[] {
  const [numerator, denominator] = decimalFraction(property.resolution)
  const name = (aggregate: string) => quoted(`${property.name}_${aggregate}`)
  const scaled = (aggregate: string) => `${name(aggregate)} * ${numerator} / ${denominator} AS ${name(aggregate)}`
  const figures = property.aggregates.flatMap((a) => {
    if (a === 'mean') return [`${name('sum')} * ${numerator} / ${denominator} / ${name('count')} AS ${name('mean')}`]
    return a === 'last' ? [scaled('last'), name('last_at')] : [scaled(a)]
  })
  return property.label ? [] : [name('count'), ...figures]
}
