import type { Part } from '@commonstream/runtime'
import type { Moment } from './moments.ts'

/** Where messages come from. As a part it starts receiving; its stop sees to it that what it took is answered. */
export interface Source extends Part {
  /** Whether sensors can reach it now. */
  readonly listening: boolean
  /** When the oldest message arrived that has been read and not yet taken; null where there is none. */
  readonly oldestHeld: Moment | null
  /** For the health page. */
  readonly details: { readonly connections: number; readonly heldBytes: number; readonly unacknowledgedBytes: number }
}
