import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** One injection of a fault, or several that are told as one, and what it came to. */
export interface Injection {
  readonly fault: string
  /** 1 where it is not said. */
  readonly times?: number
  /** Of the events made from its beginning until all was as before: how many, and what became of them. */
  readonly events: number
  readonly lost: number
  readonly twice: number
  readonly wrongWindows: number
  /** From the fault's end to progress; null where that was not measured. */
  readonly recoveryMs: number | null
}

/** Where `run-tests.ts` wants to be told of injections. */
export const TOLD = 'CITY_CHAOS_TOLD'

/** Tells injections to the run that they are a part of, if there is one: at its end it prints one table of all. */
export function tellInjections(injections: readonly Injection[]): void {
  const file = process.env[TOLD]
  if (file !== undefined) appendFileSync(file, injections.map((injection) => `${JSON.stringify(injection)}\n`).join(''))
}

/** What was told to a file by now. */
export function toldInjections(file: string): Injection[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Injection)
}

/** The table that a chaos run prints: a row for each sort of fault, in the order of their first injection, and one of all. */
export function chaosTable(injections: readonly Injection[]): string {
  const head = ['fault', 'times', 'events', 'lost', 'duplicated', 'wrong windows', 'recovery p50', 'max']
  const sorts: (readonly [string, readonly Injection[]])[] = [...Map.groupBy(injections, (i) => i.fault)]
  const rows = [...sorts, ['all', injections] as const].map(([fault, own]) => {
    const sum = (field: 'events' | 'lost' | 'twice' | 'wrongWindows') => String(own.reduce((n, i) => n + i[field], 0))
    const recoveries = own.flatMap((i) => i.recoveryMs ?? []).sort((a, b) => a - b)
    return [
      fault,
      String(own.reduce((n, i) => n + (i.times ?? 1), 0)),
      sum('events'),
      sum('lost'),
      sum('twice'),
      sum('wrongWindows'),
      seconds(recoveries[Math.ceil(recoveries.length / 2) - 1]),
      seconds(recoveries.at(-1)),
    ]
  })
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] as string).length)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  ')
  return [line(head), ...rows.map(line)].join('\n')
}

/** `1.2 s`; a dash for what was not measured. */
export function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`
}
