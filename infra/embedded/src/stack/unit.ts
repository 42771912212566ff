import type { Child } from '../child/start-child.ts'

/** One process of the stack: how it is started, and how one hears that it works. */
export interface Unit {
  readonly name: string
  start(): Promise<Child>
  /** Throws unless it is ready to serve. */
  ready(): Promise<void>
  /** Throws unless it answers at all. */
  live(): Promise<void>
  /** How long the first start may take; may be infinite. */
  readonly startLimitMs: number
}
