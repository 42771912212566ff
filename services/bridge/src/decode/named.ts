import { Refusal } from './refusal.ts'
import type { Find } from './register.ts'
import { Stray, Taken } from './taken.ts'

const NOBODY = new Refusal('unregistered', 'the payload does not say whose reading it is')
const NOT_BEHIND = new Refusal('not_yours', 'the sender is neither the sensor nor its gateway')

/**
 * A reading as one of the sensor that its payload names, where there is such a sensor and `speaker` is the sensor or its
 * gateway (null: anybody may speak for all).
 * @param fields what is judged, without the name
 */
export function named(o: {
  find: Find
  speaker: string | null
  name: string | null
  fields: Readonly<Record<string, unknown>>
  dated?: boolean
  dropped?: readonly string[] | undefined
}): Taken | Stray {
  const { find, speaker, name, fields } = o
  if (name === null) return new Stray('', fields, NOBODY)
  const known = find(name)
  if ('refusal' in known) return new Stray(known.sensor, { sensor: name, ...fields }, known.refusal)
  if (speaker === null || speaker === known.sensor || speaker === known.gateway) return new Taken(known.sensor, fields, o.dated, o.dropped)
  return new Stray(known.sensor, { sensor: name, ...fields }, NOT_BEHIND)
}
