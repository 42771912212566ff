import { parseArgs } from 'node:util'
import { CityError, reasonOf } from '@commonstream/runtime'

/** The parts of the bench, in the order in which they run. */
export const SECTIONS = ['bridge', 'worker', 'live', 'latency', 'query'] as const
export type SectionName = (typeof SECTIONS)[number]

export interface BenchOptions {
  readonly help: boolean
  /** Sections to run; of one that has several jobs, the jobs (empty: all). */
  readonly sections: ReadonlyMap<SectionName, readonly string[]>
  /** Size of every job, 1 being the whole. */
  readonly scale: number
  /** Run bridge and worker under V8's sampling profiler and show where the time goes. */
  readonly profile: boolean
}

export const USAGE = `make bench ARGS="[section[/job]…] [--scale <0.01–1>] [--prof]"

Sections: ${SECTIONS.join(', ')}; all of them without an argument.
Jobs of worker: open, open+readings, protected, protected+readings (worker/open runs that one alone).
--scale 0.1  a tenth of every job: quick, and too short to judge a gate by
--prof       functions of bridge and worker by their own time`

/** Reads the command line. @throws CityError `USAGE`, naming what is wrong */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parsed(args)
  const scale = Number(values.scale)
  if (!(scale >= 0.01 && scale <= 1)) throw new CityError('USAGE', `--scale is "${values.scale}": want a number from 0.01 to 1`)
  const wanted = positionals.length === 0 ? [...SECTIONS] : positionals
  const sections = new Map<SectionName, string[]>()
  for (const text of wanted) {
    const [name = '', job] = text.split('/')
    const section = SECTIONS.find((known) => known === name)
    if (section === undefined) throw new CityError('USAGE', `There is no section "${name}": want some of ${SECTIONS.join(', ')}`)
    sections.set(section, [...(sections.get(section) ?? []), ...(job === undefined ? [] : [job])])
  }
  return { help: values.help, sections, scale, profile: values.prof }
}

function parsed(args: readonly string[]) {
  const options = {
    scale: { type: 'string', default: '1' },
    prof: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new CityError('USAGE', reasonOf(error))
  }
}
