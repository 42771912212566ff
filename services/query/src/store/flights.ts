/** Identical work in flight is done once: who asks for it meanwhile gets the same promise. */
export class Flights {
  readonly #running = new Map<string, Promise<unknown>>()

  /** `key` must name the work wholly: the question, its parameters, the role and the view. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key)
    if (running !== undefined) return running as Promise<T>
    const started = work().finally(() => this.#running.delete(key))
    this.#running.set(key, started)
    return started
  }
}
