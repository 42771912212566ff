import { createHash } from 'node:crypto'
import type { Envelope } from './envelope.ts'
import { type Decoded, isValue, type Reading, Refused, type Value } from './reading.ts'
import type { UplinkResult } from './uplink.ts'

/**
 * The readings of one decoded uplink, earlier ones first: one for each of the device's own times and one for what it
 * says without a time, which is of the moment at which the network received it.
 *
 * Gateways that hear the same uplink may deliver it several times, each with its own time. So a reading without a time
 * of the device's own is known by the frame counter and its bytes instead, and all copies are one event.
 */
export function uplinkReadings(envelope: Envelope, result: UplinkResult): Decoded {
  if (!('data' in result)) return new Refused('undecodable', errorOf(result.errors))
  const { history, ...now } = result.data
  const readings: Reading[] = []
  for (const earlier of Array.isArray(history) ? history : []) {
    const reading = readingOf(envelope, earlier as Readonly<Record<string, unknown>>)
    if (reading !== null) readings.push(reading)
  }
  const current = readingOf(envelope, now)
  if (current !== null) readings.push(current)
  return readings.length > 0 ? readings : new Refused('invalid', 'the uplink measures nothing')
}

function readingOf(envelope: Envelope, { at, ...data }: Readonly<Record<string, unknown>>): Reading | null {
  const values = Object.fromEntries(Object.entries(data).filter((entry): entry is [string, Value] => isValue(entry[1])))
  if (Object.keys(values).length === 0) return null
  const dated = Number.isInteger(at)
  const identity = dated || envelope.fCnt === null ? { boot: null, seq: null } : { boot: bootOf(envelope), seq: envelope.fCnt }
  return {
    sensor: envelope.deviceId,
    at: dated ? (at as number) : envelope.receivedAt,
    dated: dated || envelope.fCnt === null,
    ...identity,
    values,
  }
}

const TEN_MINUTES = 600_000

/**
 * What tells uplinks of one frame counter apart: the session and the bytes. Where the network server does not name the
 * session, a device that starts anew counts from 0 again, so the ten minutes of the reception count too.
 */
function bootOf({ session, receivedAt, bytes }: Envelope): string {
  const within = session ?? `${Math.floor((receivedAt ?? 0) / TEN_MINUTES)}`
  return createHash('sha256').update(`${within.length}:${within}`).update(bytes).digest('hex').slice(0, 32)
}

const LONGEST_ERROR = 160
/** A longer number, an address or an identifier: what a refusal must not say. */
const QUOTED = /[@:]|(?=[a-f]*[0-9])[0-9a-f]{6}/i

/** A decoder's first words, if they are fit to show: plain, short, and without anything that looks like a value. */
function errorOf(errors: unknown): string {
  const first: unknown = Array.isArray(errors) ? errors[0] : null
  if (typeof first !== 'string' || !/^[\x20-\x7e]+$/.test(first)) return 'the decoder gave no reason'
  return QUOTED.test(first) ? 'the decoder refused it' : first.slice(0, LONGEST_ERROR)
}
