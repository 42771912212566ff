import type { SeedResult } from './run-seed.ts'

/** What many seeds amount to. */
export interface Tally {
  seeds: number
  records: number
  virtualMs: number
  cpuMs: number
  /** How often each fault was injected. */
  injected: Record<string, number>
  readonly failed: { readonly seed: number; readonly differences: readonly string[] }[]
}

export function emptyTally(): Tally {
  return { seeds: 0, records: 0, virtualMs: 0, cpuMs: 0, injected: {}, failed: [] }
}

export function count(tally: Tally, { seed, differences, injected, records, virtualMs }: SeedResult): void {
  tally.seeds++
  tally.records += records
  tally.virtualMs += virtualMs
  for (const [fault, times] of Object.entries(injected)) tally.injected[fault] = (tally.injected[fault] ?? 0) + times
  if (differences.length > 0) tally.failed.push({ seed, differences: differences.slice(0, 5) })
}

export function add(a: Tally, b: Tally): Tally {
  const injected = { ...a.injected }
  for (const [fault, times] of Object.entries(b.injected)) injected[fault] = (injected[fault] ?? 0) + times
  const sums = { seeds: a.seeds + b.seeds, records: a.records + b.records, virtualMs: a.virtualMs + b.virtualMs, cpuMs: a.cpuMs + b.cpuMs }
  return { ...sums, injected, failed: [...a.failed, ...b.failed].sort((x, y) => x.seed - y.seed) }
}

/** For a person: how much was tried, what was done to it, and what differed. */
export function told(tally: Tally, seconds: number): string {
  const hours = (tally.virtualMs / 3_600_000).toFixed(0)
  const faults = Object.entries(tally.injected).sort(([a], [b]) => (a < b ? -1 : 1))
  const table = faults.map(([fault, times]) => `  ${fault.padEnd(28)} ${String(times).padStart(9)}`).join('\n')
  const failed = tally.failed.map(({ seed, differences }) => `  SEED=${seed}\n${differences.map((d) => `    ${d}`).join('\n')}`).join('\n')
  return [
    `${tally.seeds} seeds, ${tally.records} records, ${hours} simulated hours in ${seconds.toFixed(0)} s (${(tally.cpuMs / tally.seeds).toFixed(0)} CPU ms per seed): ${tally.failed.length} differed from the oracle`,
    `faults injected:\n${table}`,
    ...(failed === '' ? [] : [`what differed (SEED=n replays one):\n${failed}`]),
  ].join('\n')
}
