import type { Reason } from '@commonstream/schemas'

/** Why a message, or one reading of it, goes no further. A value, never thrown. */
export class Refusal {
  readonly reason: Reason
  /** For a person; names places and fields, never a value. */
  readonly detail: string

  constructor(reason: Reason, detail: string) {
    this.reason = reason
    this.detail = detail
  }
}
