/** The day keys that a protected stream's fold may ask for synchronously; loaded before the fold needs them. */
export interface KeySource {
  keyFor(day: string, expected: string | null): Promise<Buffer>
  commitmentOf(key: Buffer): string
}

const DAY_MS = 86_400_000
/** More days than any log holds: beyond it something else is wrong. */
const MAX_DAYS = 4_000

/** UTC days (YYYY-MM-DD) from one instant to another, both included. */
export function daysBetween(from: number, to: number): string[] {
  const days: string[] = []
  for (let day = Math.floor(from / DAY_MS); day <= Math.floor(to / DAY_MS) && days.length < MAX_DAYS; day++)
    days.push(new Date(day * DAY_MS).toISOString().slice(0, 10))
  return days
}

/** Keys in memory, and their commitments: those of the ledger and those of the keys made since. */
export class Keyring {
  readonly #source: KeySource
  readonly #keys = new Map<string, Buffer | null>()
  readonly #commitments: Record<string, string> = {}
  readonly #onLost: (day: string, error: unknown) => void

  constructor(source: KeySource, onLost: (day: string, error: unknown) => void) {
    this.#source = source
    this.#onLost = onLost
  }

  /** Takes in what the ledger says each day's key must be. */
  learn(commitments: Readonly<Record<string, string>>): void {
    Object.assign(this.#commitments, commitments)
  }

  /** Loads or creates the keys of these days; a key that is lost is remembered as such and said. */
  async load(days: readonly string[]): Promise<void> {
    for (const day of days) {
      if (this.#keys.has(day)) continue
      try {
        const key = await this.#source.keyFor(day, this.#commitments[day] ?? null)
        this.#keys.set(day, key)
        this.#commitments[day] = this.#source.commitmentOf(key)
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'KEY_LOST') throw error
        this.#keys.set(day, null)
        this.#onLost(day, error)
      }
    }
  }

  /** Whether all these days were loaded. */
  has(days: readonly string[]): boolean {
    return days.every((day) => this.#keys.has(day))
  }

  get(day: string): Buffer | null {
    const key = this.#keys.get(day)
    if (key === undefined) throw new Error(`the key of ${day} was not loaded before it was needed`)
    return key
  }

  /** Forgets keys that were destroyed. */
  forget(days: readonly string[]): void {
    for (const day of days) this.#keys.set(day, null)
  }

  /** For the ledger; sorted by day. */
  get commitments(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.#commitments).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
