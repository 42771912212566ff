/** A stretch of time with or without a figure. */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Cuts readings into runs over which a line may be drawn: neighbours that both fulfil `known` and touch in time.
 * No line is ever drawn over a gap.
 */
export function runsOf<T extends Span>(readings: readonly T[], known: (reading: T) => boolean): T[][] {
  const runs: T[][] = []
  let before: T | null = null
  for (const reading of readings) {
    if (!known(reading)) {
      before = null
      continue
    }
    if (before !== null && before.to === reading.from) runs.at(-1)?.push(reading)
    else runs.push([reading])
    before = reading
  }
  return runs
}

/** Joins touching readings of equal `kind` into spans; readings whose kind is null are left out. */
export function spansOf<T extends Span, K extends string>(
  readings: readonly T[],
  kind: (reading: T) => K | null,
): { from: number; to: number; kind: K }[] {
  const spans: { from: number; to: number; kind: K }[] = []
  for (const reading of readings) {
    const k = kind(reading)
    if (k === null) continue
    const last = spans.at(-1)
    if (last !== undefined && last.kind === k && last.to === reading.from) last.to = reading.to
    else spans.push({ from: reading.from, to: reading.to, kind: k })
  }
  return spans
}
