import { CityError } from '@commonstream/runtime'
import type { FoldDocument } from '@commonstream/schemas'
import { atomBytes } from './atom.ts'
import { noise } from './noise.ts'

/**
 * The public values of one sensor's window: for each property of the document y = x + noise, an integer in units of the
 * property's resolution, which may be negative. The same sums under the same key always give the same values.
 * @param document the fold document that the window lives under; it has a disclosure policy
 * @param dayKey of the stream and the UTC day of the window's start
 * @param start epoch ms
 * @param sums x per property; null where the sensor had no event in the window, which is zero passages
 * @throws CityError `NOT_PROTECTED`, `SUM_INVALID`
 */
export function releaseWindow(
  document: FoldDocument,
  dayKey: Buffer,
  sensor: string,
  start: number,
  sizeMs: number,
  sums: readonly number[] | null,
): number[] {
  const { stream, disclosure, properties } = document
  if (disclosure === null) throw new CityError('NOT_PROTECTED', `${stream} has no disclosure policy: there is nothing to release`)
  if (sums !== null && sums.length !== properties.length)
    throw new CityError('SUM_INVALID', `${stream} has ${properties.length} properties, not ${sums.length}`)
  return properties.map((property, p) => {
    const x = sums === null ? 0 : (sums[p] as number)
    if (!Number.isSafeInteger(x)) throw new CityError('SUM_INVALID', `The sum of ${stream} ${property.name} is not an integer`)
    const atom = atomBytes({ stream, sensor, property: property.name, start, size: sizeMs, policy: disclosure.policy })
    return x + noise(dayKey, atom, disclosure.epsilon)
  })
}
