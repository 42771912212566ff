import type { Aggregate, City, Disclosure, Property, Stream } from '../contract/stream.ts'
import { threshold } from '../disclosure/threshold.ts'
import { keepsPoints } from './keeps-points.ts'
import { DATABASE } from './names.ts'
import { quoted } from './table-spec.ts'
import { decimalFraction } from './units.ts'

export interface ViewSpec {
  readonly name: string
  /** CREATE OR REPLACE VIEW in the database `city`. */
  readonly ddl: string
}

/**
 * The view `<t>` of each stream: its closed windows in declared units, the newest revision of each. A protected stream
 * shows what the public sees of one atom: a released sum from the threshold on, else null.
 */
export function viewsOf(city: Pick<City, 'streams'>): ViewSpec[] {
  return city.streams.map((stream) => ({ name: stream.table, ddl: ddlOf(stream) }))
}

function ddlOf(stream: Stream): string {
  const { disclosure } = stream
  const plain = ['window', 'size', 'sensor', 'status', ...(disclosure === null ? ['origin', 'count'] : ['noise_sd'])].map(column)
  const figures = stream.properties
    .filter((p) => !p.label || keepsPoints(p))
    .flatMap((p) => (disclosure === null ? inUnits(p) : [released(p, disclosure)]))
  return [
    `CREATE OR REPLACE VIEW ${DATABASE}.${quoted(stream.table)} AS SELECT`,
    [...plain, ...figures].map((c) => `  ${c}`).join(',\n'),
    `FROM ${DATABASE}.${quoted(`${stream.table}_windows`)} AS w FINAL`,
  ].join('\n')
}

// Columns are named with their table: an alias of the same name would be taken for the column by the next expression.
function column(name: string): string {
  return `w.${quoted(name)} AS ${quoted(name)}`
}

function inUnits(property: Property): string[] {
  const [numerator, denominator] = decimalFraction(property.resolution)
  const name = (aggregate: string) => `${property.name}_${aggregate}`
  const scaled = (aggregate: string) =>
    numerator === denominator || property.label
      ? `w.${quoted(name(aggregate))}`
      : `w.${quoted(name(aggregate))} * ${numerator} / ${denominator}`
  const figure: Record<Aggregate, () => string[]> = {
    sum: () => [`${scaled('sum')} AS ${quoted(name('sum'))}`, ...(property.kind === 'counter' ? [column(name('resets'))] : [])],
    min: () => [`${scaled('min')} AS ${quoted(name('min'))}`],
    max: () => [`${scaled('max')} AS ${quoted(name('max'))}`],
    mean: () => [`${scaled('sum')} / nullIf(w.${quoted(name('count'))}, 0) AS ${quoted(name('mean'))}`],
    last: () => [`${scaled('last')} AS ${quoted(name('last'))}`, column(name('last_at'))],
    // In seconds.
    duration: () => [`mapApply((code, ms) -> (code, ms / 1000), w.${quoted(name('duration'))}) AS ${quoted(name('duration'))}`],
    arrivals: () => [column(name('arrivals'))],
  }
  return [column(name('count')), ...property.aggregates.flatMap((a) => figure[a]())]
}

function released(property: Property, disclosure: Disclosure): string {
  const name = quoted(`${property.name}_sum`)
  // Values of another policy have another threshold, which is not known here.
  return `if(w.policy = ${disclosure.policy} AND w.${name} >= ${threshold(disclosure, 1)}, w.${name}, NULL) AS ${name}`
}
