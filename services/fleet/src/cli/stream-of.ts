import type { City, Stream } from '@commonstream/schemas'
import { usageError } from './values.ts'

/** The city's stream of a name; throws CityError `USAGE` where there is none. */
export function streamOf(city: City, name: string): Stream {
  const found = city.streams.find((stream) => stream.name === name)
  if (found !== undefined) return found
  throw usageError(`The city has no stream "${name}"; it has ${city.streams.map((stream) => stream.name).join(', ')}`)
}
