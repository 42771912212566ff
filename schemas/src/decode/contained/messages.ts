import type { MessagePort } from 'node:worker_threads'
import type { Limits } from './limits.ts'

/** The function that a decoder's file exports: of an uplink's bytes, or of a whole payload. */
export type Exported = 'decodeUplink' | 'decode'

/** What a decoder is asked; its argument, with bytes in base64. */
export interface Request {
  readonly id: number
  readonly bytes: string
  /** The uplink's port, for `decodeUplink`. */
  readonly fPort: number
  /** Zone of the stream's local times, for `decode`. */
  readonly zone: string
}

/** What its process says: once that it is ready or cannot be, then an answer for each request. */
export type Said =
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly threw: string }

/** What became of a request: an answer, or the reason why its process was ended or ended itself. */
export type Outcome =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly threw: string }
  | { readonly id: number; readonly ended: string }

/** What the keeper thread is given. */
export interface KeeperData {
  /** Requests come in and outcomes go out here; `null` asks it to end. */
  readonly port: MessagePort
  /** One number that goes up with every outcome: the bridge sleeps on it. */
  readonly signal: SharedArrayBuffer
  readonly file: string
  readonly exported: Exported
  /** Folders that the decoder may read: its own city's, and ours for what it imports. */
  readonly readable: readonly string[]
  readonly limits: Limits
}
