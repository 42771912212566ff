import { seededRandom } from '../plan/random.ts'
import type { Reading, Simulation } from './simulation.ts'

/** Length of a slice. */
export const SLICE_MS = 10

const MINUTE = 60_000
const FAST_CLOCK = { minMs: 10 * MINUTE, maxMs: 365 * 24 * 60 * MINUTE }
const COPY_WITHIN_MS = 5_000

/**
 * The messages of a simulated fleet, slice by slice of `SLICE_MS`, without end: slice i holds those due in it, in due
 * order. Pure: equal simulations give equal messages. Reading k is taken by sensor k mod N at k / rate seconds.
 */
export function* slices(simulation: Simulation): Generator<readonly Reading[], never> {
  const { sensors, rate, disorder, lateMs, duplicates } = simulation
  const random = seededRandom(simulation.seed)
  const devices = Array.from({ length: sensors }, () => deviceOf(simulation, random))
  const later = new Map<number, Reading[]>()
  let next = 0
  for (let slice = 0; ; slice++) {
    const end = (slice + 1) * SLICE_MS
    const now = later.get(slice) ?? []
    later.delete(slice)
    const keep = (reading: Reading): void => {
      const at = Math.floor(reading.due / SLICE_MS)
      if (at === slice) return void now.push(reading)
      const list = later.get(at)
      if (list === undefined) later.set(at, [reading])
      else list.push(reading)
    }
    for (let taken = (next * 1_000) / rate; taken < end; taken = (next * 1_000) / rate) {
      const sensor = next % sensors
      const device = devices[sensor] as SimulatedDevice
      const delay = random() < disorder ? random() * lateMs : 0
      const due = afterHold(taken + delay, device)
      const reading = { sensor, seq: Math.floor(next / sensors), at: Math.floor(taken + device.aheadMs), due, copy: false }
      keep(reading)
      if (random() < duplicates) keep({ ...reading, due: afterHold(due + random() * COPY_WITHIN_MS, device), copy: true })
      next++
    }
    yield now.toSorted((a, b) => a.due - b.due)
  }
}

interface SimulatedDevice {
  readonly aheadMs: number
  /** Where in the minute its hold begins; null if it never holds back. */
  readonly holdFrom: number | null
}

function deviceOf({ hold, fastClocks }: Simulation, random: () => number): SimulatedDevice {
  const [fast, ahead, holds, from] = [random() < fastClocks, random(), random() < hold, random()]
  // Even on a logarithmic scale: most fast clocks are hours ahead, some a year.
  const aheadMs = FAST_CLOCK.minMs * (FAST_CLOCK.maxMs / FAST_CLOCK.minMs) ** ahead
  return { aheadMs: fast ? aheadMs : 0, holdFrom: holds ? from * MINUTE : null }
}

/** The hold's end if `due` lies in the half minute that begins at `holdFrom` of every minute. */
function afterHold(due: number, { holdFrom }: SimulatedDevice): number {
  if (holdFrom === null) return due
  const since = (due - holdFrom + MINUTE) % MINUTE
  return since < MINUTE / 2 ? due - since + MINUTE / 2 : due
}
