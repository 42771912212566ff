import type { WatchedMemory } from './memory-watch.ts'
import type { Ride } from './outage.ts'

/** The largest rise of one process and the largest peak. */
export function memoryOfRide(held: readonly WatchedMemory[]): { rise: number; peak: number } {
  // One that came while it was watched rises from nothing; only who was there all the time can be flat.
  const rise = held.length === 1 ? (held[0] as WatchedMemory).peak - (held[0] as WatchedMemory).first : 0
  return { rise, peak: Math.max(0, ...held.map((h) => h.peak)) }
}

const HEAD = ['fault', 'away s', 'events', 'lost', 'twice', 'recovers s', 'reconnects', 'bridge MB', 'worker MB']

/** The rides as a table for the screen. */
export function tableOfRides(rides: readonly Ride[]): string {
  const mb = (ride: Ride, name: string) => {
    const { rise, peak } = memoryOfRide(ride.memory.get(name) ?? [])
    return `${Math.round(peak / 2 ** 20)} (+${Math.round(rise / 2 ** 20)})`
  }
  const rows = rides.map((r) => [
    ...[r.fault, r.secondsAway.toFixed(1), String(r.events), String(r.lost), String(r.twice), r.secondsToRecover.toFixed(1)],
    ...[String(r.reconnected), mb(r, 'bridge'), mb(r, 'worker')],
  ])
  const widths = HEAD.map((_, i) => Math.max(...[HEAD, ...rows].map((row) => (row[i] as string).length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  ')
  return [HEAD, ...rows].map(line).join('\n')
}
