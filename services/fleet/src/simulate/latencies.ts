/** The newest latencies, as many as fit, for percentiles. */
export class Latencies {
  readonly #ring: Float32Array
  #count = 0

  constructor(capacity = 262_144) {
    this.#ring = new Float32Array(capacity)
  }

  add(ms: number): void {
    this.#ring[this.#count++ % this.#ring.length] = ms
  }

  /** The value below which the share `q` lies (nearest rank); null without any. */
  percentile(q: number): number | null {
    const sorted = this.#ring.slice(0, Math.min(this.#count, this.#ring.length)).toSorted()
    return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null
  }
}
