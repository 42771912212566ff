/** The nearest-rank percentile of some figures, `share` in (0, 1]. @throws RangeError of none */
export function percentile(figures: readonly number[], share: number): number {
  const found = figures.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * figures.length) - 1)]
  if (found === undefined) throw new RangeError('no figures, no percentile')
  return found
}
