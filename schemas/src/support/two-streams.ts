import { join } from 'node:path'
import { loadCity } from '../contract/load-city.ts'
import type { City } from '../contract/stream.ts'

/** The shipped streams of most tests, one of them protected: what a test says and costs must not grow with every stream. */
export const TWO: readonly string[] = ['bin-levels', 'pedestrian-counts']

/** The shipped city with two of its streams. */
export async function twoStreams(): Promise<City> {
  const city = await loadCity(join(import.meta.dirname, '..', '..'))
  return { ...city, streams: city.streams.filter(({ name }) => TWO.includes(name)) }
}
