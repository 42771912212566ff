import { type EventRecord, type Sensor, serviceSpan, type Stream } from '@commonstream/schemas'
import { type DeclaredValue, eventIdOf, idPart } from './event-id.ts'
import { declared, type Field, fieldsOf } from './field.ts'
import { instantOf } from './instant.ts'
import { Refusal } from './refusal.ts'

/** What every payload may carry besides the declared fields. */
const ENVELOPE = ['at', 'seq', 'boot'] as const

const LONGEST_BOOT = 64

/**
 * Makes an event of one reading. `sensorPart` is the sensor's `idPart`, made once per sensor. Where `dated` is false,
 * `at` is when somebody received the reading and no part of its identity: each copy of it was received at another time.
 */
export type ReadReading = (reading: unknown, sensor: string, sensorPart: string, now: number, dated?: boolean) => EventRecord | Refusal

/**
 * The judge of one stream's readings: declared fields are checked, time is judged once against `now` (the bridge's
 * clock, epoch ms): more than `ahead` past it is set to it and flagged, older than `behind` is refused. The id is that
 * of the *declared* values and time.
 * @param undeclared told the name of each field that the schema does not declare; such a field goes no further
 */
export function readingOf(
  stream: Pick<Stream, 'avro' | 'properties' | 'time' | 'sensors'>,
  undeclared: (name: string) => void,
): ReadReading {
  const inService = serviceOf(stream.sensors, stream.time.zone)
  const fields = fieldsOf(stream)
  const known = new Set<string>([...ENVELOPE, ...fields.map((f) => f.name)])
  const { aheadMs, behindMs } = stream.time
  return function read(reading, sensor, sensorPart, now, dated = true) {
    if (typeof reading !== 'object' || reading === null || Array.isArray(reading)) return new Refusal('invalid', 'not an object')
    const given = reading as Record<string, unknown>
    for (const name in given) if (!known.has(name)) undeclared(name)
    const at = instantOf(given.at)
    if (at === null) return new Refusal('no_time', given.at === undefined ? '`at` is missing' : '`at` is no instant with an offset')
    const envelope = envelopePart(given.boot, given.seq)
    if (envelope instanceof Refusal) return envelope
    const clamped = at > now + aheadMs
    const event: EventRecord = { event_id: NONE, sensor, at: clamped ? now : at, clamped }
    const values = take(fields, given, event)
    if (values instanceof Refusal) return values
    if (at < now - behindMs) return new Refusal('too_old', 'older than the stream allows')
    if (!inService(sensor, event.at)) return OUT_OF_SERVICE
    event.event_id = eventIdOf(sensorPart + (dated ? idPart(at) : UNDATED) + envelope + values)
    return event
  }
}

const NONE = Buffer.alloc(0)
const OUT_OF_SERVICE = new Refusal('out_of_service', 'the register has the sensor installed later or removed before')

/** Whether a sensor is in service at an instant (epoch ms); what the register does not date always is. */
function serviceOf(sensors: readonly Sensor[], zone: string): (sensor: string, at: number) => boolean {
  const spans = new Map(sensors.map((s) => [s.id, serviceSpan(s, zone)]))
  return (sensor, at) => {
    const span = spans.get(sensor) ?? null
    return span === null || (at >= span.from && at < span.until)
  }
}
const UNDATED = idPart('')

/** Puts the declared values into `event` and gives their part of the identity. */
function take(fields: readonly Field[], given: Record<string, unknown>, event: EventRecord): string | Refusal {
  let identity = ''
  let empty = true
  for (const field of fields) {
    const value = given[field.name] ?? null
    const fault = field.fault(value)
    if (fault !== null) return new Refusal(fault.reason, fault.detail)
    const checked: DeclaredValue = declared(value)
    event[field.name] = checked
    identity += idPart(checked)
    empty &&= checked === null
  }
  // A heartbeat, or the message of another kind of device: counted as an event it would say that something was measured.
  return empty ? new Refusal('invalid', 'no declared property has a value') : identity
}

/** The part of `boot` and `seq` in an identity. */
function envelopePart(boot: unknown, seq: unknown): string | Refusal {
  if (boot !== undefined && boot !== null && !(typeof boot === 'string' && boot.length <= LONGEST_BOOT) && !Number.isSafeInteger(boot)) {
    return new Refusal('invalid', 'boot is neither a whole number nor a short text')
  }
  if (seq !== undefined && seq !== null && !(Number.isSafeInteger(seq) && (seq as number) >= 0))
    return new Refusal('invalid', 'seq is not a whole number')
  return idPart((boot as string | number | null | undefined) ?? '') + idPart((seq as number | null | undefined) ?? '')
}
