import type { Keyring } from '../consume/keyring.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import { PartitionFold } from '../fold/partition-fold.ts'
import type { FoldSink } from '../fold/types.ts'
import type { ReleasedMap } from './released-map.ts'

/** A partition's fold as its contract wants it, at the beginning of time. */
export function foldFor(o: {
  readonly context: StreamContext
  readonly partition: number
  readonly sink: FoldSink
  readonly keyring: Keyring | null
  readonly released: ReleasedMap
}): PartitionFold {
  const { context, partition, keyring } = o
  return new PartitionFold({
    stream: context.stream.name,
    partition,
    isProtected: context.isProtected,
    keepReadings: context.stream.retention.readingsMs > 0,
    versions: context.stream.versions,
    sink: o.sink,
    ownSensors: (document) => context.ownSensors(document, partition),
    dayKey: (day) => keyring?.get(day) ?? null,
    released: o.released,
    scale: context.scale,
  })
}
