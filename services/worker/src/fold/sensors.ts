import type { EventShape } from './event-shape.ts'
import type { Value } from './figures.ts'
import type { Part } from './windows.ts'

/** The newest event of a sensor in the chunk at hand, for `<s>_latest`; overwritten in place. */
export interface Newest {
  at: number
  readonly id: Uint8Array
  clamped: boolean
  /** What `values` are of. */
  shape: EventShape
  values: Value[]
}

/** One sensor's account within the chunk at hand. */
export class SensorAccount {
  readonly sensor: string
  records = 0
  stored = 0
  duplicate = 0
  rejected = 0
  late = 0
  clamped = 0
  newest: Newest | null = null
  newestDirty = false
  dirty = false
  /** The window part that its last event went to: most events go where the one before went. */
  part: Part | null = null

  constructor(sensor: string) {
    this.sensor = sensor
  }

  /** Keeps the event if it is the newest by (at, id). */
  keepNewest(at: number, id: Buffer, clamped: boolean, shape: EventShape, values: readonly Value[]): void {
    const held = this.newest
    if (held !== null && (at < held.at || (at === held.at && Buffer.compare(id, held.id) <= 0))) return
    this.newestDirty = true
    if (held === null) {
      this.newest = { at, id: Uint8Array.prototype.slice.call(id), clamped, shape, values: [...values] }
      return
    }
    held.at = at
    held.clamped = clamped
    for (let i = 0; i < 16; i++) held.id[i] = id[i] as number
    if (held.shape !== shape) {
      held.shape = shape
      held.values = [...values]
      return
    }
    for (let p = 0; p < values.length; p++) held.values[p] = values[p] as Value
  }
}

/** The accounts of the chunk at hand (protocol section 14). */
export class SensorAccounts {
  #accounts = new Map<string, SensorAccount>()
  #dirty: SensorAccount[] = []

  of(sensor: string): SensorAccount {
    let account = this.#accounts.get(sensor)
    if (account === undefined) this.#accounts.set(sensor, (account = new SensorAccount(sensor)))
    if (!account.dirty) {
      account.dirty = true
      this.#dirty.push(account)
    }
    return account
  }

  takeDirty(): SensorAccount[] {
    const dirty = this.#dirty
    this.#dirty = []
    for (const account of dirty) account.dirty = false
    return dirty
  }

  clear(): void {
    this.#accounts = new Map()
    this.#dirty = []
  }

  get size(): number {
    return this.#accounts.size
  }
}
