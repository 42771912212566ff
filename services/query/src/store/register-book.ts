import type { Sensor, Stream } from '@commonstream/schemas'
import { heardSensorsQuestion } from '../questions/newest.ts'
import { type DatedSensor, datedSensors, registerQuestion } from '../questions/register.ts'
import { Held } from './held.ts'
import type { Store } from './store.ts'

/** The sensors that exist in a stream, with what the register said of them before. */
export class RegisterBook {
  readonly #store: Store
  readonly #held: Held

  /** @param holdMs how old the past of a register may be, ms: it changes with `make apply` alone */
  constructor(store: Store, holdMs: number) {
    this.#store = store
    this.#held = new Held(holdMs)
  }

  /**
   * The register, those that left it, and in an open stream also those that were ever heard.
   * @throws Problem as `Store.ask`
   */
  async read(stream: Stream): Promise<readonly DatedSensor[]> {
    const registered = await this.#held.get(stream.name, async () => datedSensors(stream, await this.#store.ask(registerQuestion(stream))))
    if (stream.source.sensors === 'registered') return registered
    const heard = await this.#store.ask(heardSensorsQuestion(stream))
    const known = new Set(registered.map((sensor) => sensor.id))
    return [...registered, ...heard.filter((id) => !known.has(id)).map((id) => strangerOf(stream, id))]
  }
}

function strangerOf(stream: Stream, id: string): Sensor {
  const nowhere = { zone: null, gateway: null, lon: null, lat: null, place: 'none' } as const
  return { ...nowhere, id, name: id, everyMs: stream.source.everyMs, installed: null, removed: null, aliases: [] }
}
