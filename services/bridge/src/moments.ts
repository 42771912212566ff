/** When something happened: on the city's clock (epoch ms) and on a clock that never steps (ms, for ages). */
export interface Moment {
  readonly city: number
  readonly steady: number
}

/**
 * The bridge's sense of time. The city's time never goes back here, and after a tick has said `asOf` every later moment
 * lies behind it: what arrives in the same millisecond is not covered by that tick.
 */
export class Moments {
  readonly #city: () => number
  readonly #steady: () => number
  #floor = Number.NEGATIVE_INFINITY

  constructor(city: () => number, steady: () => number) {
    this.#city = city
    this.#steady = steady
  }

  now(): Moment {
    this.#floor = Math.max(this.#city(), this.#floor)
    return { city: this.#floor, steady: this.#steady() }
  }

  /** A tick has said that everything up to `asOf` is safe. */
  promised(asOf: number): void {
    this.#floor = Math.max(this.#floor, asOf + 1)
  }
}
