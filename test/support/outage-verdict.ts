import { expect } from 'vitest'
import type { Ride } from './outage.ts'
import type { Fault } from './outage-faults.ts'
import { memoryOfRide } from './outage-table.ts'

/** How far the memory of one bridge or worker may rise while something is away; what its buffers may hold at most. */
const RISE_LIMIT_BYTES = 64 * 2 ** 20
/** What a bridge or worker may hold at all. */
const PEAK_LIMIT_BYTES = 320 * 2 ** 20

/** A ride that nobody has to mind: nothing lost, nothing twice, memory flat, no connection broken that need not be. */
export function expectUnharmed(fault: Fault, ride: Ride): void {
  expect(ride.wrong).toEqual([])
  expect([ride.lost, ride.twice]).toEqual([0, 0])
  expect(ride.events).toBeGreaterThan(200)
  if (fault.reconnects === 'some') expect(ride.reconnected).toBeGreaterThan(0)
  else expect(ride.reconnected).toBe(fault.reconnects)
  for (const [name, held] of ride.memory) {
    const { rise, peak } = memoryOfRide(held)
    expect(rise, `rise of the ${name}'s memory`).toBeLessThan(RISE_LIMIT_BYTES)
    expect(peak, `peak of the ${name}'s memory`).toBeLessThan(PEAK_LIMIT_BYTES)
  }
}
