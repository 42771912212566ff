import type { ImportMapping } from './mapping.ts'
import type { RowReading } from './row-readings.ts'

/** The figures of one property in one window, as the worker keeps them. */
export interface Figure {
  count: number
  sum: number
  min: number
  max: number
  last: number
  lastAt: number
}

/** A window out of a file. */
export interface ImportedWindow {
  readonly sensor: string
  /** Epoch ms. */
  readonly start: number
  readonly sizeMs: number
  /** Readings in it. */
  count: number
  /** In the order of the mapping's fields. */
  readonly figures: readonly Figure[]
}

/**
 * Folds readings into windows. Where rows are the figures of whole windows, one that does not begin with a window or comes
 * a second time is left out; where they are readings, the same one twice is one.
 */
export class WindowFold {
  readonly windows = new Map<string, ImportedWindow>()
  readonly #seen = new Set<string>()
  readonly #sizeMs: number
  readonly #whole: boolean

  constructor({ windowMs }: Pick<ImportMapping, 'windowMs'>, baseMs: number) {
    this.#sizeMs = windowMs ?? baseMs
    this.#whole = windowMs !== null
  }

  add({ sensor, at, values }: RowReading): 'taken' | 'twice' | 'beside' {
    const start = Math.floor(at / this.#sizeMs) * this.#sizeMs
    if (this.#whole && start !== at) return 'beside'
    const key = `${start}|${sensor}`
    const seen = this.#whole ? key : `${at}|${sensor}|${values.join('|')}`
    if (this.#seen.has(seen)) return 'twice'
    this.#seen.add(seen)
    let window = this.windows.get(key)
    if (window === undefined) {
      window = { sensor, start, sizeMs: this.#sizeMs, count: 0, figures: values.map(() => nothing()) }
      this.windows.set(key, window)
    }
    window.count++
    for (const [i, value] of values.entries()) if (value !== null) include(window.figures[i] as Figure, value, at)
    return 'taken'
  }
}

function nothing(): Figure {
  return { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, last: 0, lastAt: Number.NEGATIVE_INFINITY }
}

function include(figure: Figure, value: number, at: number): void {
  figure.count++
  figure.sum += value
  figure.min = Math.min(figure.min, value)
  figure.max = Math.max(figure.max, value)
  // Of two values at one instant the greater one counts: whichever stands first in the file.
  if (at > figure.lastAt || (at === figure.lastAt && value > figure.last)) {
    figure.last = value
    figure.lastAt = at
  }
}
