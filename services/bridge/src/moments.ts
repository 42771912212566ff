/** When something happened: on the city's clock (epoch ms) and on a clock that never steps (ms, for ages). */
export interface Moment {
  readonly city: number
  readonly steady: number
}

/** The bridge's sense of time. The city's time never goes back here, whatever the machine's clock does. */
export class Moments {
  readonly #city: () => number
  readonly #steady: () => number
  #latest = Number.NEGATIVE_INFINITY
  #promised = Number.NEGATIVE_INFINITY

  constructor(city: () => number, steady: () => number) {
    this.#city = city
    this.#steady = steady
  }

  /** Now, for a tick. */
  clock(): Moment {
    this.#latest = Math.max(this.#city(), this.#latest)
    return { city: this.#latest, steady: this.#steady() }
  }

  /** Now, for what arrives: always behind what a tick has promised, even within one millisecond of it. */
  now(): Moment {
    const { city, steady } = this.clock()
    return { city: Math.max(city, this.#promised + 1), steady }
  }

  /** A tick has said that everything up to `asOf` is safe. */
  promise(asOf: number): void {
    this.#promised = Math.max(this.#promised, asOf)
  }
}
