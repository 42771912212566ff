import type { Scale } from '@commonstream/worker/fold/scale.ts'

/** How far time is (protocol section 3), written from the law: a bridge's word, its silence while others speak. */
export class OracleWatermark {
  value = Number.NEGATIVE_INFINITY
  readonly #scale: Scale
  readonly #bridges = new Map<string, { asOf: number; silent: number }>()
  #last: number | null = null

  constructor(scale: Scale) {
    this.#scale = scale
  }

  get bridges(): number {
    return this.#bridges.size
  }

  /** Those that are heard now. */
  get heard(): ReadonlySet<string> {
    return new Set(this.#bridges.keys())
  }

  /** @param appended the tick's append time; only ticks' count here, and never back */
  tick(bridge: string, asOf: number, appended: number): void {
    const now = Math.max(appended, this.#last ?? appended)
    const passed = this.#last === null ? 0 : Math.min(now - this.#last, this.#scale.silenceStepMs)
    this.#last = now
    for (const [name, b] of this.#bridges) if (name !== bridge) b.silent += passed
    this.#bridges.set(bridge, { asOf: Math.min(asOf, now), silent: 0 })
    for (const [name, b] of [...this.#bridges]) if (b.silent > this.#scale.forgetMs) this.#bridges.delete(name)
    this.value = Math.max(this.value, Math.min(...[...this.#bridges.values()].map((b) => b.asOf)))
  }
}
