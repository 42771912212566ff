/** Ends what a part started; called once. */
export type Stop = () => Promise<void>

/** Something that starts and returns its stop. */
export interface Part {
  readonly name: string
  start(): Promise<Stop>
}

export type PartState = 'starting' | 'ready' | 'waiting' | 'failed' | 'stopped'

/** What one part of a service says about itself. `reason` says why it is not ready, in words for an operator. */
export interface PartReport {
  readonly name: string
  readonly state: PartState
  readonly since: string
  readonly reason: string | null
}

/** Keeps the reports of a service's parts; `since` moves only when the state does. */
export class PartBoard {
  readonly #parts = new Map<string, PartReport>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  set(name: string, state: PartState, reason: string | null = null): void {
    const before = this.#parts.get(name)
    const since = before?.state === state ? before.since : new Date(this.#now()).toISOString()
    this.#parts.set(name, { name, state, since, reason })
  }

  get reports(): readonly PartReport[] {
    return [...this.#parts.values()]
  }

  get ready(): boolean {
    return this.#parts.size > 0 && this.reports.every((p) => p.state === 'ready')
  }
}
