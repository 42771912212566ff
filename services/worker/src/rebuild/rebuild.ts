import type { Log } from '@commonstream/runtime'
import { DOCUMENTS_TOPIC, everFolded, type FoldDocument, foldDocumentOf, parseDocumentRecord } from '@commonstream/schemas'
import type { StreamContext } from '../flush/stream-context.ts'
import type { Ports } from '../ports/ports.ts'
import { type Rebuilt, rebuildPartitions } from './rebuild-partition.ts'
import { restoreWindows } from './restore-windows.ts'

export interface StreamRebuild {
  readonly stream: string
  readonly partitions: readonly Rebuilt[]
  /** Rows of closed windows written anew from their topic. */
  readonly windows: number
}

/**
 * Rebuilds what a store or a position lost of some streams: windows and releases from their topics, partials from the
 * log. Workers of these streams must not run; once they do, they fold on from where this leaves them.
 */
export async function rebuild(o: {
  readonly ports: Pick<Ports, 'kafka' | 'store' | 'clock'>
  readonly contexts: readonly StreamContext[]
  readonly log: Log
  readonly say: (line: string) => void
}): Promise<StreamRebuild[]> {
  const documents = await readDocuments(o.ports)
  const out: StreamRebuild[] = []
  for (const context of o.contexts) {
    const name = context.stream.name
    o.say(`${name}: reading the windows' topic`)
    const known = documents.get(name) ?? []
    const properties = everFolded([...known, foldDocumentOf(context.stream, null)])
    const windows = await restoreWindows({ ...o, context, properties, onProgress: (rows) => o.say(`${name}: ${rows} windows restored`) })
    const keys = await o.ports.store.commitments(name)
    const partitions = Array.from({ length: context.stream.partitions }, (_, p) => p)
    o.say(`${name}: looking for where its log can be folded from`)
    const rebuilt = await rebuildPartitions({ ...o, context, documents: known, keys }, partitions)
    for (const r of rebuilt)
      o.say(
        `${name} partition ${r.partition}: resumes at ${r.resumesAt}${r.gap === null ? ', nothing is missing' : `; DATA_GAP ${r.gap.from} to ${r.gap.to}`}`,
      )
    out.push({ stream: name, partitions: rebuilt, windows })
  }
  return out
}

/** The fold documents that infra put into each stream's log, oldest first. */
async function readDocuments({ kafka }: Pick<Ports, 'kafka'>): Promise<Map<string, FoldDocument[]>> {
  const done = new Map<string, Map<number, FoldDocument>>()
  await kafka.readToEnd(DOCUMENTS_TOPIC, (_, records) => {
    for (const { value } of records) {
      if (value === null) continue
      const { stream, number, state, document } = parseDocumentRecord(value)
      const known = done.get(stream) ?? new Map<number, FoldDocument>()
      if (state === 'abandoned') known.delete(number)
      else known.set(number, document)
      done.set(stream, known)
    }
  })
  return new Map([...done].map(([stream, known]) => [stream, [...known].sort(([a], [b]) => a - b).map(([, document]) => document)]))
}
