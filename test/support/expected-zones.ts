import type { Sensor } from '@commonstream/schemas'
import type { Reading } from './oracle.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const QUARTER = 900_000

/** What the public is answered of a zone in one hour. */
export interface ZoneRow {
  readonly zone: string | null
  readonly from: string
  readonly status: string
  readonly arrivals: Readonly<Record<string, number>> | null
}

/**
 * How often somebody came to the bays of each zone, hour by hour (`<zone> <start>`), counted from every bay's readings;
 * null where fewer than `least` of its bays were heard within a day, and in as many zones more, smallest first, as make
 * those that are hidden together so many.
 */
export function expectedZones(
  readings: readonly Reading[],
  sensors: readonly Sensor[],
  o: { from: number; to: number; least: number },
): Map<string, number | null> {
  const bays = new Map([...Map.groupBy(readings, (r) => r.sensor)].map(([id, all]) => [id, all.toSorted((a, b) => a.at - b.at)]))
  const zones = [...Map.groupBy(sensors, (s) => s.zone)].map(([zone, members]) => ({
    zone,
    bays: members.map(({ id }) => bays.get(id) ?? []),
  }))
  const out = new Map<string, number | null>()
  for (let start = o.from; start < o.to; start += HOUR) {
    const end = start + HOUR
    // A bay was heard in a quarter of an hour; what counts is when that ends.
    const wasHeard = (bay: readonly Reading[]) => bay.some(({ at }) => at < end && at - (at % QUARTER) + QUARTER > end - DAY)
    const heard = zones
      .map((z) => ({ ...z, n: z.bays.filter(wasHeard).length }))
      .toSorted((a, b) => a.n - b.n || ((a.zone ?? '') < (b.zone ?? '') ? -1 : 1))
    let together = heard.reduce((sum, { n }) => sum + (n < o.least ? n : 0), 0)
    for (const { zone, n, bays: members } of heard) {
      const isHidden = n < o.least || (together > 0 && together < o.least)
      if (isHidden && n >= o.least) together += n
      out.set(`${zone} ${start}`, isHidden ? null : members.reduce((sum, bay) => sum + arrivals(bay, start, end), 0))
    }
  }
  return out
}

function arrivals(bay: readonly Reading[], start: number, end: number): number {
  return bay.filter(
    ({ at, values }, i) => at >= start && at < end && i > 0 && values['occupancy'] === 1 && bay[i - 1]?.values['occupancy'] === 0,
  ).length
}
