import type { Log } from '@commonstream/runtime'
import { Partition } from '../consume/partition.ts'
import { Batch, PHASES } from '../flush/batch.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import { resolveRevisions, writeWindows } from '../flush/windows-out.ts'
import type { Ports } from '../ports/ports.ts'
import { ReleasedMap } from '../resume/released-map.ts'
import { resumePartition } from '../resume/resume-partition.ts'

export interface ReplayChunkOptions {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock' | 'random'>
  readonly context: StreamContext
  readonly log: Log
  readonly workerId: string
}

/**
 * Folds one certified chunk again and writes its rows, the same as before: nothing is produced to any topic, nothing is
 * committed. Releases are left as they are. Returns the ids of its stored events, or why it cannot be replayed.
 */
export async function replayChunk(
  o: ReplayChunkOptions,
  place: { partition: number; chunk: number; last: number },
): Promise<{ readonly ids: readonly string[] } | string> {
  const { context, ports } = o
  const batch = new Batch()
  const ids: string[] = []
  const nothing = async () => {}
  const resumed = await resumePartition({
    ...o,
    partition: place.partition,
    at: place.chunk,
    keyring: null,
    released: new ReleasedMap(),
    sink: {
      workerId: o.workerId,
      batch: () => batch,
      sendAlert: nothing,
      commit: nothing,
      now: () => ports.clock.now(),
      onWithheld: () => {},
      onDocumentRefused: () => {},
      onChunkEnd: () => {},
      onStored: (id) => ids.push(id.toString('hex')),
    },
  })
  if (typeof resumed === 'string') return resumed
  const partition = new Partition(place.partition)
  partition.begin(resumed)
  let halt: string | null = null
  await ports.kafka.readRange(context.eventsTopic, place.partition, resumed.warmFrom, place.last + 1, (records) => {
    halt ??=
      partition.take({
        ...UNFETCHED,
        partition: place.partition,
        length: records.length,
        at: (i) => records[i] as (typeof records)[number],
      })?.reason ?? null
  })
  if (halt !== null) return halt
  if (partition.next !== place.last + 1) return `the log holds it only up to ${partition.next - 1}`
  if (resumed.fold.chunk !== null) resumed.fold.endChunk()
  writeWindows(batch, [...batch.closed, ...(await resolveRevisions(ports.store, batch.revisions))])
  for (const phase of PHASES) {
    if (phase === 'alerts') continue
    for (const { target, writer } of batch.inserts(phase)) await ports.store.insert(target, writer.content)
  }
  return { ids }
}

/** Of records that no group fetched. */
const UNFETCHED = { end: 0, isStale: () => false, done: () => {}, heartbeat: async () => {} }
