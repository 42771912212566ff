import type { Property, Stream } from '@commonstream/schemas'
import type { Every } from '../every.ts'
import type { Range } from '../parameters.ts'
import type { DatedSensor } from '../register.ts'

/** Whether an answer shows what the public may see, or what operations may see. */
export type View = 'public' | 'internal'

/** A checked question about aggregates. */
export interface AggregateRequest {
  readonly stream: Stream
  /** One, or several of kind `count` that are added up. */
  readonly properties: readonly Property[]
  readonly every: Every
  readonly zone: string
  readonly by: 'sensor' | 'zone' | 'all'
  /** The sensors asked for, sorted by id. */
  readonly sensors: readonly DatedSensor[]
  /** Whether `sensors` is the whole register. */
  readonly all: boolean
  /** Starts and ends with a step. */
  readonly range: Range
  readonly view: View
}

/** Where the figures of a request come from. */
export type Source = 'releases' | 'partials'

/** Protected streams answer the public from releases alone (protocol section 8.7). */
export function sourceOf(request: Pick<AggregateRequest, 'stream' | 'view'>): Source {
  return request.stream.disclosure !== null && request.view === 'public' ? 'releases' : 'partials'
}
