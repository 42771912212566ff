import path from 'node:path'
import type { BenchOptions } from './options.ts'
import { loadAverage } from './process-figures.ts'
import type { Figures, Row, Wanted } from './row.ts'

/** What a section gets: its size, a folder, a voice, and the table that it adds to. */
export class Bench {
  readonly options: BenchOptions
  /** Everything that the bench writes lies below it; removed at the end. */
  readonly dir: string
  readonly rows: Row[] = []
  /** Sentences that belong below the table. */
  readonly notes: string[] = []
  readonly #begun = performance.now()
  readonly #say: (line: string) => void
  #section = ''

  constructor(options: BenchOptions, dir: string, say: (line: string) => void = console.log) {
    this.options = options
    this.dir = dir
    this.#say = say
  }

  begin(section: string): void {
    this.#section = section
  }

  /** A line of progress, with the seconds since the bench began. */
  say(line: string): void {
    const seconds = Math.round((performance.now() - this.#begun) / 1_000)
    this.#say(`[${String(seconds).padStart(3)} s] ${this.#section}: ${line}`)
  }

  add(what: string, figures: Figures, ...wanted: Wanted[]): void {
    this.rows.push({ section: this.#section, what, figures, wanted, load: loadAverage() })
  }

  note(text: string): void {
    this.notes.push(`${this.#section}: ${text}`)
  }

  /** A whole number of something, as much as the scale asks for. */
  scaled(whole: number): number {
    return Math.max(1, Math.round(whole * this.options.scale))
  }

  /** Whether a job of the section at hand is wanted. */
  wants(section: Parameters<BenchOptions['sections']['get']>[0], job: string): boolean {
    const jobs = this.options.sections.get(section)
    return jobs !== undefined && (jobs.length === 0 || jobs.includes(job))
  }

  folder(name: string): string {
    return path.join(this.dir, name)
  }
}
