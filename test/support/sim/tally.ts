import type { Injection } from '../chaos-table.ts'
import type { SeedResult } from './run-seed.ts'

/** What came of one sort of fault in all seeds that it was injected in. */
interface FaultTally {
  times: number
  /** Records in the logs of these seeds. */
  events: number
  lost: number
  twice: number
  wrongWindows: number
  /** Of each of these seeds, in which other faults may have been injected too. */
  readonly recoveriesMs: number[]
}

/** What many seeds amount to. */
export interface Tally {
  seeds: number
  records: number
  virtualMs: number
  cpuMs: number
  /** By name of the fault. */
  readonly faults: Record<string, FaultTally>
  readonly failed: { readonly seed: number; readonly differences: readonly string[] }[]
}

export function emptyTally(): Tally {
  return { seeds: 0, records: 0, virtualMs: 0, cpuMs: 0, faults: {}, failed: [] }
}

export function count(tally: Tally, { seed, differences, injected, records, virtualMs, recoveryMs }: SeedResult): void {
  tally.seeds++
  tally.records += records
  tally.virtualMs += virtualMs
  const wrong = sortsOf(differences)
  for (const [fault, times] of Object.entries(injected)) {
    const recoveriesMs = recoveryMs === null ? [] : [recoveryMs]
    addFault(tally, fault, { times, events: records, ...wrong, recoveriesMs })
  }
  if (differences.length > 0) tally.failed.push({ seed, differences: differences.slice(0, 5) })
}

/** @returns the sum of both, in the first */
export function add(a: Tally, b: Tally): Tally {
  a.seeds += b.seeds
  a.records += b.records
  a.virtualMs += b.virtualMs
  a.cpuMs += b.cpuMs
  for (const [name, fault] of Object.entries(b.faults)) addFault(a, name, fault)
  a.failed.push(...b.failed)
  a.failed.sort((x, y) => x.seed - y.seed)
  return a
}

function addFault(tally: Tally, name: string, more: FaultTally): void {
  const fault = (tally.faults[name] ??= { times: 0, events: 0, lost: 0, twice: 0, wrongWindows: 0, recoveriesMs: [] })
  for (const field of ['times', 'events', 'lost', 'twice', 'wrongWindows'] as const) fault[field] += more[field]
  for (const ms of more.recoveriesMs) fault.recoveriesMs.push(ms)
}

/** Differences in words as a table counts them. */
export function sortsOf(differences: readonly string[]): { lost: number; twice: number; wrongWindows: number } {
  const of = (pattern: RegExp) => differences.filter((d) => pattern.test(d)).length
  const lost = of(/is not in the log|reading .*: undefined instead|not finished|position is lost/)
  const twice = of(/is new|there already|of which the log knows nothing/)
  return { lost, twice, wrongWindows: differences.length - lost - twice }
}

/** The rows of the table of a chaos run: of each fault most injections with their median recovery, and one with the longest. */
export function injectionsOf({ faults }: Tally): Injection[] {
  const byName = Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1))
  return byName.flatMap(([name, { times, recoveriesMs, ...sums }]) => {
    const sorted = recoveriesMs.toSorted((a, b) => a - b)
    const fault = `simulated: ${name}`
    const longest = { fault, times: 1, events: 0, lost: 0, twice: 0, wrongWindows: 0, recoveryMs: sorted.at(-1) ?? 0 }
    if (times === 1) return [{ ...longest, ...sums }]
    return [{ fault, times: times - 1, ...sums, recoveryMs: sorted[Math.ceil(sorted.length / 2) - 1] ?? 0 }, longest]
  })
}

/** For a person: how much was tried, and what differed. */
export function told(tally: Tally, seconds: number): string {
  const hours = (tally.virtualMs / 3_600_000).toFixed(0)
  const failed = tally.failed.map(({ seed, differences }) => `  SEED=${seed}\n${differences.map((d) => `    ${d}`).join('\n')}`).join('\n')
  const cpu = (tally.cpuMs / tally.seeds).toFixed(0)
  return [
    `${tally.seeds} seeds, ${tally.records} records, ${hours} simulated hours in ${seconds.toFixed(0)} s (${cpu} CPU ms per seed): ${tally.failed.length} differed from the oracle`,
    ...(failed === '' ? [] : [`what differed (SEED=n replays one):\n${failed}`]),
  ].join('\n')
}
