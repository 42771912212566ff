import type { Property, Stream } from '@commonstream/schemas'
import type { Reading } from './simulation.ts'

/**
 * The json codec's payload of a simulated reading: equal readings give equal bytes. `seq` is in it, since many sensors
 * at a high rate may read the same figure in one millisecond.
 * @param start the city's time at the simulation's start, epoch ms
 * @param speed city ms per simulated ms
 */
export function payloadOf(properties: Stream['properties'], reading: Reading, start: number, speed: number): string {
  let text = `{"at":"${new Date(start + Math.floor(reading.at * speed)).toISOString()}","seq":${reading.seq}`
  properties.forEach((property, i) => {
    text += `,"${property.name}":${valueOf(property, mix(reading.sensor * 31 + i, reading.seq), reading.seq)}`
  })
  return `${text}}`
}

/** A figure of the property's kind, a multiple of its resolution: counts are mostly small, gauges 0 to 10 steps. */
function valueOf({ kind, resolution }: Property, random: number, seq: number): string {
  const steps =
    kind === 'count' ? Math.floor(random * random * 20) : kind === 'counter' ? seq * 10 + Math.floor(random * 10) : Math.floor(random * 11)
  return resolution === '1' ? String(steps) : (steps * Number(resolution)).toFixed(decimals(resolution))
}

function decimals(resolution: string): number {
  return resolution.split('.')[1]?.length ?? 0
}

/** A number in [0, 1) from two: so that a reading's figures do not depend on when it is asked for. */
function mix(a: number, b: number): number {
  let t = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35)
  t = Math.imul(t ^ (t >>> 15), 0x2c1b3c6d)
  t = Math.imul(t ^ (t >>> 12), 0x297a2d39)
  return ((t ^ (t >>> 15)) >>> 0) / 2 ** 32
}
