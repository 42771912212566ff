/** How many colour steps the scale has; the colours are tokens (`--scale-0` … `--scale-9`), light and dark. */
export const STEPS = 10

/** Round tick values from `low` to at least `high`, about `count` of them, at steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const span = high > low ? high - low : 1
  const raw = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999_999) ?? 10) * power
  const ticks: number[] = []
  for (let i = Math.floor(low / step); i <= Math.ceil((low + span) / step - 1e-9); i++) ticks.push(Number((i * step).toPrecision(12)))
  return ticks
}

/** The colour step of a value on a scale from `low` to `high`; values outside take the ends. */
export function stepOf(value: number, low: number, high: number): number {
  if (high <= low) return STEPS - 1
  return Math.min(STEPS - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * STEPS)))
}

/** The radius whose circle has an area in proportion to the value; `least` keeps small circles visible. */
export function radiusOf(value: number, high: number, most: number, least: number): number {
  if (high <= 0 || value <= 0) return least
  return Math.max(least, most * Math.sqrt(Math.min(1, value / high)))
}
