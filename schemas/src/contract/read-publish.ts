import type { Contract } from './contract-schema.ts'
import { durationMs } from './duration.ts'
import type { SourceFile } from './source-file.ts'
import type { Publish, Sensor } from './stream.ts'

const HOUR = 3_600_000

/** How many sensors a group has at least where the contract does not say. */
const GROUP = 10

/** What a contract says of how its exact figures are published; null where it says nothing. */
export function readPublish(written: Contract['publish'], source: SourceFile): Publish | null {
  if (written === undefined) return null
  const { time = 'PT0S', history = 'sensor', group = GROUP } = written
  const timeMs = durationMs(time)
  if (timeMs === null || (timeMs > 0 && HOUR % timeMs !== 0)) source.fault(['publish', 'time'], 'must divide an hour, such as PT5M')
  if (history === 'sensor' && written.group !== undefined)
    source.fault(['publish', 'group'], 'is for "history: zone"; there are no groups otherwise')
  return { timeMs: timeMs ?? 0, history, group }
}

interface Published {
  readonly publish: Publish | null
  readonly sizeMs: number
  readonly isProtected: boolean
  readonly sensors: readonly Sensor[]
  readonly registered: boolean
}

/** Whether what a contract publishes keeps what its `publish` promises. */
export function checkPublish({ publish, sizeMs, isProtected, sensors, registered }: Published, source: SourceFile): void {
  if (publish === null) return
  if (isProtected) source.fault(['publish'], 'is not for a protected stream: its releases are all that the public sees')
  if (publish.timeMs > sizeMs) source.fault(['publish', 'time'], 'must be at most windows.size: finer windows would tell finer times')
  if (publish.history === 'sensor') return
  if (!registered) source.fault(['source', 'sensors'], 'must be registered where history is published by zone')
  const zones = Map.groupBy(sensors, (sensor) => sensor.zone)
  if (![...zones].some(([zone, members]) => zone !== null && members.length >= publish.group))
    source.fault(['publish', 'group'], `no zone of sensors.geojson has ${publish.group} sensors: nothing would be published`)
}
