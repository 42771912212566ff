import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { SchemaFaults } from '../contract/faults.ts'
import { loadCity } from '../contract/load-city.ts'
import type { City } from '../contract/stream.ts'
import { newStream, type NewStreamOptions } from './new-stream.ts'

/**
 * Makes a stream's folder as `newStream` does and loads the city with it. What the loader refuses of it is not left behind:
 * the city would not load until somebody had mended or removed it.
 * @throws RangeError as `newStream`; SchemaFaults with what is wrong, also of other streams
 */
export async function makeStream(
  dir: string,
  options: NewStreamOptions,
  today: string,
): Promise<{ readonly files: readonly string[]; readonly city: City }> {
  const files = newStream(dir, options, today)
  try {
    return { files, city: await loadCity(dir) }
  } catch (error) {
    const own = join('streams', options.name, '/')
    if (error instanceof SchemaFaults && error.faults.some(({ file }) => file.startsWith(own))) rmSync(join(dir, own), { recursive: true })
    throw error
  }
}
