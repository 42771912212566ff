/** Figures that a row may have; what does not apply is left out. */
export interface Figures {
  /** Messages, events, records, parts or questions per second of the clock on the wall. */
  readonly perSecond?: number
  /** CPU seconds per million of them, over all threads of the process that is named. */
  readonly cpuPerMillion?: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** The most memory that the process had resident (VmHWM) while it was measured, MB. */
  readonly peakMb?: number
  /** `cpuPerMillion` over that of the reference rows on the same log. */
  readonly ratio?: number
}

/** What a figure is to be: the gate of an issue, or a goal that is not yet a gate. */
export interface Wanted {
  readonly figure: keyof Figures
  readonly most: number
  readonly kind: 'gate' | 'goal'
}

/** One line of the table. */
export interface Row {
  readonly section: string
  readonly what: string
  readonly figures: Figures
  readonly wanted: readonly Wanted[]
  /** The machine's load average of one minute when the row was measured. */
  readonly load: number
}

/** Whether a row is what it is to be; null where nothing is wanted, or the figure is missing. */
export function isMet({ figures, wanted }: Row): boolean | null {
  const judged = wanted.filter(({ figure }) => figures[figure] !== undefined)
  return judged.length === 0 ? null : judged.every(({ figure, most }) => (figures[figure] as number) <= most)
}
