import type { Sensor } from '@commonstream/schemas'
import type { Faulty } from './fault.ts'
import { readList } from './parameters.ts'

/** Whether a sensor has the details that were asked for. */
export type HasDetails = (sensor: Pick<Sensor, 'details'>) => boolean

/**
 * The parameter `details`: `disability` (it has it, and it is not false), `time_limit:60` (it has this value), several by
 * commas: all of them. A name that no sensor of the stream has is a fault: a misspelt one would find nothing, and look like an answer.
 * @param sensors all of the stream
 */
export function readDetails(text: string, sensors: readonly Pick<Sensor, 'details'>[]): Faulty<HasDetails> {
  const known = new Set(sensors.flatMap(({ details = {} }) => Object.keys(details)))
  const wanted = readList(text).map((part) => {
    const colon = part.indexOf(':')
    return colon < 0 ? { name: part, value: null } : { name: part.slice(0, colon).trim(), value: part.slice(colon + 1).trim() }
  })
  const unknown = wanted.find(({ name }) => !known.has(name))
  if (unknown !== undefined) {
    const there = known.size === 0 ? 'sensors of this stream have no details' : `there are ${[...known].sort().join(', ')}`
    return { fault: { parameter: 'details', detail: `"${unknown.name}" is no detail of a sensor here; ${there}` } }
  }
  return {
    value: ({ details = {} }) =>
      wanted.every(({ name, value }) => {
        const own = Object.hasOwn(details, name) ? (details[name] ?? null) : null
        return value === null ? own !== null && own !== false : own !== null && String(own) === value
      }),
  }
}
