import type { Sensor } from './stream.ts'

/**
 * A name as it is compared: cities write one name in several ways. Case, accents, kinds of dash and of quotation mark,
 * and spaces around dashes, brackets and slashes do not count; words do.
 */
export function nameKey(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/[\u2018\u2019\u02bc]/g, "'")
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([-()/]) ?/g, '$1')
    .trim()
}

/**
 * Finds a sensor by what somebody calls it: its id, an alias, its name, or one of these in another spelling (`nameKey`).
 * What could be two sensors is none: a wrong join is worse than a missing one.
 */
export function sensorFinder<S extends Pick<Sensor, 'id' | 'name' | 'aliases'>>(sensors: readonly S[]): (name: string) => S | null {
  const exact = new Map<string, S>()
  for (const sensor of sensors) for (const name of [sensor.id, ...sensor.aliases]) exact.set(name, sensor)
  const aliases = indexBy(sensors, (s) => [s.id, ...s.aliases])
  const names = indexBy(sensors, (s) => [s.name])
  return (name) => {
    const key = nameKey(name)
    return exact.get(name) ?? single(aliases.get(key)) ?? (aliases.has(key) ? null : single(names.get(key)))
  }
}

function indexBy<S>(sensors: readonly S[], namesOf: (sensor: S) => readonly string[]): Map<string, Set<S>> {
  const index = new Map<string, Set<S>>()
  for (const sensor of sensors) {
    for (const key of namesOf(sensor).map(nameKey)) {
      const found = index.get(key)
      if (found === undefined) index.set(key, new Set([sensor]))
      else found.add(sensor)
    }
  }
  return index
}

function single<S>(found: ReadonlySet<S> | undefined): S | null {
  const [first = null] = found?.size === 1 ? found : []
  return first
}
