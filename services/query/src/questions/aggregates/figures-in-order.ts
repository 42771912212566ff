import { type Figures, NO_FIGURES, mergeFigures } from './figures.ts'
import type { SensorFigures } from './figures-question.ts'
import type { Group } from './groups.ts'

/** Sensors' figures, visited step by step in time: those of the present step, and who was heard up to it. */
export class FiguresInOrder {
  readonly #steps = new Map<number, Map<string, Figures>>()
  readonly #waiting: number[]
  readonly #heard = new Map<string, number>()
  #present: ReadonlyMap<string, Figures> = new Map()

  /** Figures of one sensor and step that come from several sources are merged; step 0 lies before all others. */
  constructor(found: Iterable<SensorFigures>) {
    for (const { sensor, step, figures } of found) {
      let sensors = this.#steps.get(step)
      if (sensors === undefined) this.#steps.set(step, (sensors = new Map()))
      const before = sensors.get(sensor)
      sensors.set(sensor, before === undefined ? figures : mergeFigures(before, figures))
    }
    this.#waiting = [...this.#steps.keys()].sort((a, b) => b - a)
  }

  /** Goes on to the step that starts at `start` (epoch ms); never back. */
  advance(start: number): void {
    for (let step = this.#waiting.at(-1); step !== undefined && step <= start; step = this.#waiting.at(-1)) {
      this.#waiting.pop()
      for (const [sensor, { heard }] of this.#steps.get(step)!) this.#heard.set(sensor, Math.max(heard, this.heard(sensor)))
    }
    this.#present = this.#steps.get(start) ?? new Map()
  }

  /** The merge over a group's sensors in the present step. */
  of(group: Group): Figures {
    let merged = NO_FIGURES
    for (const { id } of group.sensors) {
      const figures = this.#present.get(id)
      if (figures !== undefined) merged = mergeFigures(merged, figures)
    }
    return merged
  }

  /** End of the newest window, up to the present step, in which a sensor was heard (epoch ms); 0: none. */
  heard(sensor: string): number {
    return this.#heard.get(sensor) ?? 0
  }
}
