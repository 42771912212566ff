import { secondNoise } from '../disclosure.ts'
import type { Oracle } from './oracle.ts'
import type { ExpectedWindow } from './oracle-types.ts'
import type { Simulation } from './simulation.ts'

const DAY_MS = 86_400_000
/** Of the streams in `sim-city.ts`. */
const EPSILON: readonly [number, number] = [1, 2]

/** By window, then by property. */
export type Releases = ReadonlyMap<ExpectedWindow, Readonly<Record<string, number>>>

/** What each released window must have been released with: its sums and the second implementation's noise. */
export function releasesOf(sim: Simulation, oracle: Oracle): Releases {
  const releases = new Map<ExpectedWindow, Readonly<Record<string, number>>>()
  for (const said of oracle.windows.values()) {
    for (const w of said) if (w.sums !== null) releases.set(w, releaseOf(w, w.sums, sim))
  }
  return releases
}

function releaseOf(w: ExpectedWindow, sums: Readonly<Record<string, number>>, sim: Simulation): Record<string, number> {
  const day = new Date(Math.floor(w.start / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
  const key = sim.disk.peek(`/data/keys/${sim.stream.name}/${day}`)
  const released = Object.entries(sums).map(([property, sum]) => {
    const atom = { stream: sim.stream.name, sensor: w.sensor, property, start: w.start, size: w.sizeMs, policy: w.policy }
    return [property, key === null ? Number.NaN : sum + secondNoise(key, atom, EPSILON)]
  })
  return Object.fromEntries(released) as Record<string, number>
}
