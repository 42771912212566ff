import type { FoldDocument } from '@commonstream/schemas'
import { secondNoise } from '../disclosure.ts'
import type { Oracle } from './oracle.ts'
import type { ExpectedWindow } from './oracle-types.ts'
import type { Simulation } from './simulation.ts'

const DAY_MS = 86_400_000
/** Of the streams in `sim-city.ts`. */
const EPSILON: readonly [number, number] = [1, 2]

export type Releases = ReadonlyMap<ExpectedWindow, readonly number[]>

/** What each released window must have been released with: its sums and the second implementation's noise. */
export function releasesOf(sim: Simulation, oracle: Oracle): Releases {
  const releases = new Map<ExpectedWindow, readonly number[]>()
  for (const said of oracle.windows.values()) {
    for (const w of said) if (w.sums !== null) releases.set(w, releaseOf(w, w.sums, sim.city.contexts[0]!.properties, sim))
  }
  return releases
}

function releaseOf(w: ExpectedWindow, sums: readonly number[], properties: FoldDocument['properties'], sim: Simulation): number[] {
  const day = new Date(Math.floor(w.start / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
  const key = sim.disk.peek(`/data/keys/${sim.stream.name}/${day}`)
  if (key === null) return sums.map(() => Number.NaN)
  return properties.map(({ name }, p) => {
    const atom = { stream: sim.stream.name, sensor: w.sensor, property: name, start: w.start, size: w.sizeMs, policy: w.policy }
    return (sums[p] as number) + secondNoise(key, atom, EPSILON)
  })
}
