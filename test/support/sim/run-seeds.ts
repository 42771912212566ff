import { availableParallelism } from 'node:os'
import path from 'node:path'
import { type Pace, spawnNode } from '../spawn-node.ts'
import { add, emptyTally, type Tally } from './tally.ts'

const MOST_PROCESSES = 4

/** Runs seeds [from, to) in as many processes as there are cores (at most four); the sum does not depend on how many. */
export function runSeeds(from: number, to: number, pace?: Pace): Promise<Tally> {
  return inParts(pace, (part, parts) => ['seeds-main.ts', '--from', String(from + part), '--to', String(to), '--step', String(parts)])
}

/** The first seed in [0, to) at which a mutant is caught, if any. */
export function runMutant(name: string, to: number, pace?: Pace): Promise<Tally> {
  return runPart(pace, ['seeds-main.ts', '--to', String(to), '--mutant', name])
}

/** The same of several mutants, on all cores; in their order. */
export async function runMutants(
  names: readonly string[],
  to: number,
  pace?: Pace,
): Promise<{ readonly name: string; readonly tally: Tally }[]> {
  const found = new Map<string, Tally>()
  const waiting = [...names]
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) found.set(name, await runMutant(name, to, pace))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return names.map((name) => ({ name, tally: found.get(name) as Tally }))
}

/** What crash points are tried of; see `crash-main.ts`. */
export type CrashPoints = 'worker' | 'flush' | 'pairs' | 'bridge' | 'bridge-pairs'

/** Every crash point of one kind, each in a run of its own. */
export function runCrashPoints(what: CrashPoints, pace?: Pace): Promise<Tally> {
  return inParts(pace, (part, parts) => ['crash-main.ts', '--from', String(part), '--step', String(parts), '--what', what])
}

async function inParts(pace: Pace | undefined, args: (part: number, parts: number) => readonly string[]): Promise<Tally> {
  const parts = Math.min(MOST_PROCESSES, availableParallelism())
  const tallies = await Promise.all(Array.from({ length: parts }, (_, part) => runPart(pace, args(part, parts))))
  return tallies.reduce(add, emptyTally())
}

function runPart(pace: Pace | undefined, [main, ...args]: readonly string[]): Promise<Tally> {
  const file = path.join(import.meta.dirname, main as string)
  return new Promise((resolve, reject) => {
    const child = spawnNode(['--stack-trace-limit=3', file, ...args], pace)
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
