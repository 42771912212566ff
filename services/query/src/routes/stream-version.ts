import type { Stream } from '@commonstream/schemas'
import type { View } from '../questions/aggregates/request.ts'
import { partitionsQuestion, releasesStateQuestion, versionOf, watermarkOf } from '../questions/stream-state.ts'
import type { Store } from '../store/store.ts'

/** How new a stream's data are, read before the data themselves. */
export interface StreamVersion {
  /** Changes when the data that a view shows may have changed; tells the public of a protected stream nothing else. */
  readonly version: string
  /** Up to where windows are closed, epoch ms; null: not known, or not asked. */
  readonly watermark: number | null
}

/** @throws Problem as `Store.ask` */
export async function readVersion(store: Store, stream: Stream, view: View): Promise<StreamVersion> {
  if (stream.disclosure !== null && view === 'public') {
    const [state] = await store.ask(releasesStateQuestion(stream))
    return { version: `${state?.rows ?? 0}:${state?.newest ?? 0}`, watermark: null }
  }
  const partitions = await store.ask(partitionsQuestion(stream.name))
  return { version: versionOf(partitions), watermark: watermarkOf(stream, partitions) }
}
