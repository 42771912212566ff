import { sensorFinder, type Stream } from '@commonstream/schemas'
import { idPart } from './event-id.ts'
import { looksIdentifying } from './identifying.ts'
import { Refusal } from './refusal.ts'

/** A sensor that readings may be of. */
export interface Known {
  readonly sensor: string
  /** The sensor as the first part of its events' identities. */
  readonly sensorPart: string
  /** Who besides the sensor itself may publish for it. */
  readonly gateway: string | null
  /** Its kind of LoRaWAN device, where the register says it. */
  readonly device: string | null
}

/** What the register makes of a name; a refusal's `sensor` is the name as far as it may be kept. */
export type Find = (name: string) => Known | { readonly sensor: string; readonly refusal: Refusal }

/** Ids that an unregistered sensor may have: they become keys, columns and addresses. */
const USABLE = /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}$/

const IDENTIFYING = new Refusal('identifying', "the sensor's name looks like a device number or an address")
const UNUSABLE = new Refusal('unregistered', "the sensor's name is not a usable id")
const UNKNOWN = new Refusal('unregistered', 'the sensor is not in the register')

/**
 * Finds a stream's sensors by id or alias, in a registered stream also by another spelling of these or of a name; in an
 * open stream any usable name is a sensor.
 */
export function registerOf({ sensors, source }: Pick<Stream, 'sensors' | 'source'>): Find {
  const register = new Map<string, Known>()
  for (const { id, aliases, gateway, device = null } of sensors) {
    const known = { sensor: id, sensorPart: idPart(id), gateway, device }
    for (const name of [...aliases, id]) register.set(name, known)
  }
  const spelt = source.sensors === 'registered' ? sensorFinder(sensors) : () => null
  return (name) => {
    const known = register.get(name) ?? register.get(spelt(name)?.id ?? '')
    if (known !== undefined) return known
    if (looksIdentifying(name)) return { sensor: '', refusal: IDENTIFYING }
    if (!USABLE.test(name)) return { sensor: '', refusal: UNUSABLE }
    if (source.sensors === 'open') return { sensor: name, sensorPart: idPart(name), gateway: null, device: null }
    return { sensor: name, refusal: UNKNOWN }
  }
}
