import { loadCity, type Stream } from '@commonstream/schemas'
import path from 'node:path'

/** The bins of the shipped city, for tests. */
export async function shippedBins(): Promise<Stream> {
  const city = await loadCity(path.join(import.meta.dirname, '..', '..', '..', 'schemas'))
  return city.streams.find((s) => s.name === 'bin-levels') as Stream
}
