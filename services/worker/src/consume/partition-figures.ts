import type { Partition } from './partition.ts'

/** First open windows of all partitions; null while one of them has none or is still resuming. */
export function frontiersOf(partitions: readonly Partition[]): number[] | null {
  const all = partitions.map((p) => p.resumed?.fold.frontier ?? null)
  return all.length > 0 && all.every((f) => f !== null) ? all : null
}

/** How often each alert rule failed on some values. */
export function ruleFaultsOf(partitions: Iterable<Partition>): Map<string, number> {
  const faults = new Map<string, number>()
  for (const { resumed } of partitions) {
    for (const [rule, { count }] of resumed?.fold.alerts?.faults ?? []) faults.set(rule, (faults.get(rule) ?? 0) + count)
  }
  return faults
}
