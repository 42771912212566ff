import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { add, emptyTally, type Tally } from './tally.ts'

const MAIN = path.join(import.meta.dirname, 'seeds-main.ts')
const MOST_PROCESSES = 4

/** Runs seeds [from, to) in as many processes as there are cores (at most four); the sum does not depend on how many. */
export async function runSeeds(from: number, to: number): Promise<Tally> {
  const step = Math.min(MOST_PROCESSES, availableParallelism(), to - from)
  const parts = await Promise.all(
    Array.from({ length: step }, (_, i) => runPart(['--from', String(from + i), '--to', String(to), '--step', String(step)])),
  )
  return parts.reduce(add, emptyTally())
}

/** The first seed in [0, to) at which a mutant is caught, if any. */
export function runMutant(name: string, to: number): Promise<Tally> {
  return runPart(['--to', String(to), '--mutant', name])
}

function runPart(args: readonly string[]): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--stack-trace-limit=3', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    child.stderr.on('data', (chunk) => (err += String(chunk)))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(out) as Tally)
      else reject(new Error(`the simulation ended with code ${code}: ${err.slice(-3_000)}`))
    })
  })
}
