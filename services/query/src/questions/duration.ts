const UNITS = [
  ['D', 86_400_000],
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1_000],
] as const

/** A duration in ISO 8601 as the contracts write it (`PT15M`, `PT1H`, `P1D`): the largest unit that divides it. */
export function isoDuration(ms: number): string {
  for (const [unit, size] of UNITS) {
    if (ms > 0 && ms % size === 0) return unit === 'D' ? `P${ms / size}D` : `PT${ms / size}${unit}`
  }
  return `PT${ms / 1_000}S`
}
