import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CityError, reasonOf } from '@commonstream/runtime'
import { Bench } from './bench.ts'
import { endChildren } from './interrupt.ts'
import { LiveStack } from './live-stack.ts'
import { commit, machineFacts } from './machine.ts'
import { type BenchOptions, benchOptions, SECTIONS, type SectionName, USAGE } from './options.ts'
import { loadAverage } from './process-figures.ts'
import { runBridge } from './sections/bridge.ts'
import { benchLatency } from './sections/latency.ts'
import { benchLive } from './sections/live.ts'
import { runQuery } from './sections/query.ts'
import { benchWorker } from './sections/worker.ts'
import { table } from './table.ts'

const RESULTS = path.resolve(import.meta.dirname, '..', '..', 'bench-results')

/** Runs the wanted sections one after the other, the later ones also when an earlier one failed. Returns what failed. */
async function runSections(bench: Bench): Promise<string[]> {
  const live = new LiveStack(bench)
  const sections: Record<SectionName, () => Promise<void>> = {
    bridge: () => runBridge(bench),
    worker: () => benchWorker(bench),
    live: () => benchLive(bench, live),
    latency: () => benchLatency(bench, live),
    query: async () => {
      // Its sensors would go on publishing.
      await live.stop()
      await runQuery(bench)
    },
  }
  const failed: string[] = []
  try {
    for (const name of SECTIONS.filter((section) => bench.options.sections.has(section))) {
      bench.begin(name)
      await sections[name]().catch((error: unknown) => {
        failed.push(`${name}: ${reasonOf(error)}`)
        bench.say(`failed: ${error instanceof Error ? error.stack : reasonOf(error)}`)
      })
    }
  } finally {
    bench.begin('end')
    await live.stop()
  }
  return failed
}

/** Runs the bench and shows and keeps its results. Returns the exit code. */
async function main(options: BenchOptions, dir: string): Promise<number> {
  const bench = new Bench(options, dir)
  const machine = machineFacts()
  const begun = new Date()
  const failed = await runSections(bench)
  const result = {
    commit: commit(),
    begun,
    ended: new Date(),
    scale: options.scale,
    machine,
    loadAtEnd: loadAverage(),
    rows: bench.rows,
    notes: bench.notes,
    failed,
  }
  mkdirSync(RESULTS, { recursive: true })
  const file = path.join(RESULTS, `${begun.toISOString().replaceAll(':', '-').slice(0, 19)}Z.json`)
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  console.log(`\n${table(bench.rows, options.scale === 1 && !options.profile)}\n`)
  for (const note of bench.notes) console.log(`· ${note}`)
  for (const fault of failed) console.log(`✘ ${fault}`)
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, commit ${result.commit ?? 'unknown'}`,
  )
  console.log(
    `Load average ${machine.load} at the start, ${result.loadAtEnd} at the end. Scale ${options.scale}, ${Math.round((result.ended.getTime() - begun.getTime()) / 1_000)} s. Written to ${path.relative(process.cwd(), file)}`,
  )
  return failed.length === 0 ? 0 : 1
}

function readOptions(): BenchOptions | null {
  try {
    return benchOptions(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof CityError)) throw error
    console.error(`${error.message}\n\n${USAGE}`)
    return null
  }
}

const options = readOptions()
if (options === null) process.exit(2)
if (options.help) {
  console.log(USAGE)
  process.exit(0)
}
const dir = mkdtempSync(path.join(os.tmpdir(), 'commonstream-bench-'))
// Whatever is started writes below this folder, so that one removal leaves nothing.
process.env['TMPDIR'] = dir
const interrupted = Promise.withResolvers<number>()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.resolve(name === 'SIGINT' ? 130 : 143))
const code = await Promise.race([main(options, dir), interrupted.promise])
if (code > 100) console.log('stopping what was started')
await endChildren()
rmSync(dir, { recursive: true, force: true })
process.exit(code)
