import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The parts of V8's .cpuprofile that are read. Times are microseconds. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const ROOT = path.resolve(import.meta.dirname, '..', '..')
const LINES = 25

/** The functions of the profiles in a folder that took the most time of their own, as lines of text. */
export function profileLines(dir: string, lines = LINES): string[] {
  const files = readdirSync(dir).filter((file) => file.endsWith('.cpuprofile'))
  const times = new Map<string, number>()
  for (const file of files) addTimes(times, JSON.parse(readFileSync(path.join(dir, file), 'utf8')) as CpuProfile)
  times.delete('(idle)')
  const total = [...times.values()].reduce((a, b) => a + b, 0)
  const top = [...times].sort((a, b) => b[1] - a[1]).slice(0, lines)
  return [
    `own time of functions, of ${(total / 1e6).toFixed(1)} s in which the main thread was not idle:`,
    ...top.map(
      ([name, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${(time / 1_000).toFixed(0).padStart(6)} ms  ${name}`,
    ),
  ]
}

function addTimes(times: Map<string, number>, { nodes, samples, timeDeltas }: CpuProfile): void {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  samples.forEach((id, i) => {
    const name = names.get(id) ?? '(unknown)'
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[i] ?? 0))
  })
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName || '(native code)'
  const file = url.startsWith('file:') ? path.relative(ROOT, fileURLToPath(url)) : url
  const short = file.replace(/.*node_modules\//, '')
  return `${functionName || '(anonymous)'}  ${short}:${lineNumber + 1}`
}
