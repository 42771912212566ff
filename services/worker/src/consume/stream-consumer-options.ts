import type { Log } from '@commonstream/runtime'
import type { Flusher } from '../flush/flusher.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import type { ClockPort } from '../ports/clock-port.ts'
import type { LogPort } from '../ports/log-port.ts'
import type { Resumed } from './partition.ts'

export interface StreamConsumerOptions {
  readonly kafka: LogPort
  readonly clock: Pick<ClockPort, 'steady'>
  readonly context: StreamContext
  readonly flusher: Flusher
  readonly log: Log
  /** Reads a partition's state back; a string says why its position is lost. */
  readonly resume: (partition: number, commit: (offset: number) => Promise<void>) => Promise<Resumed | string>
  /** Whether another worker has announced results of a partition that this one resumed, since it did. */
  readonly othersWrote: (partition: number, resumed: Resumed) => Promise<boolean>
  /** Called once the group is joined, before any partition resumes. */
  readonly onJoin: () => void
  /** A fault of ours at a place; true: it happened there before, and the partition is paused instead of the process ended. */
  readonly onFault: (partition: number, offset: number, error: unknown) => boolean
  /** Whether a partition with so many rows is more than the worker's heap has room for. */
  readonly isCrowded: (rows: number) => boolean
  readonly onRecords: (count: number) => void
  readonly onState: () => void
  readonly fail: (error: unknown) => void
}
