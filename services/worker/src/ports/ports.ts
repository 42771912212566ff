import type { ClockPort } from './clock-port.ts'
import type { DiskPort } from '@commonstream/runtime'
import type { LogPort } from './log-port.ts'
import type { StorePort } from './store-port.ts'

/** Where the places of our own faults are remembered over restarts. */
export interface FaultMemory {
  /** Writes a place down; true if a fault was there before. Synchronous: the process may be about to end. */
  again(stream: string, partition: number, offset: number): boolean
}

/** Everything outside the process that the worker touches: the rest of it is a function of what these say. */
export interface Ports {
  readonly kafka: LogPort
  readonly store: StorePort
  readonly clock: ClockPort
  readonly disk: DiskPort
  /** The system's generator of keys. */
  readonly random: (size: number) => Buffer
  readonly faults: FaultMemory
}
