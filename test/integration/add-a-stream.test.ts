import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PORTS, portOf } from '@commonstream/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leasePorts, type PortLease } from '../support/ports.ts'
import { processesOf } from '../support/process.ts'

// docs/add-a-stream.md, followed to the letter: its commands, in its order, and what it says that they print. Only the home
// folder, the folder of state and the ports are the test's own, as a reader's may be.

const ROOT = path.join(import.meta.dirname, '..', '..')
const LOOK_MS = 20_000

interface Step {
  /** What a reader types. */
  readonly command: string
  /** In a second terminal, where it goes on. */
  readonly second: boolean
  /** Lines that the page shows of the answer. */
  readonly shows: readonly string[]
}

let home: string
let lease: PortLease
let stack: ChildProcess | null = null

beforeAll(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'city-walk-'))
  lease = await leasePorts()
})

afterAll(async () => {
  if (stack?.pid !== undefined && stack.exitCode === null) {
    process.kill(-stack.pid, 'SIGTERM')
    for (let i = 0; i < 300 && processesOf(path.join(home, 'data')).length > 0; i++) await sleep(100)
  }
  const left = processesOf(path.join(home, 'data'))
  await lease.release()
  rmSync(home, { recursive: true, force: true })
  if (left.length > 0) throw new Error(`the stack left processes ${left.join(', ')}`)
})

/** The page's fenced commands in their order, each with the text that stands behind it. */
function stepsOf(page: string): Step[] {
  const steps: Step[] = []
  for (const [, language, body] of page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)) {
    const lines = (body as string).trim().split('\n')
    if (language === 'text') steps.push({ ...(steps.pop() as Step), shows: lines })
    else steps.push({ command: lines.join('\n'), second: language === 'sh second', shows: [] })
  }
  return steps
}

/** The default ports as the lease has them. */
function ported(command: string): string {
  return (['mqtt', 'query'] as const).reduce(
    (text, name) => text.replaceAll(String(PORTS[name]), String(portOf(name, lease.offset))),
    command,
  )
}

function environment(): Record<string, string> {
  const { PATH = '' } = process.env
  return { PATH, HOME: home, CITY_DATA_DIR: path.join(home, 'data'), CITY_PORT_OFFSET: String(lease.offset) }
}

const memory = () => path.join(home, 'terminal')

/** Runs a command in the reader's terminal: what the commands before it had set is set. */
async function typed(command: string): Promise<string> {
  const script = `set -ae\n[ ! -f ${memory()} ] || . ${memory()}\n${ported(command)}\nexport -p > ${memory()}`
  const shell = spawn('sh', ['-c', script], { cwd: ROOT, env: environment() })
  let said = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()))
  const code = await new Promise<number | null>((resolve) => shell.once('close', resolve))
  if (code !== 0) throw new Error(`"${command}" ended with ${code}:\n${said}`)
  return said
}

/** What a command prints, once it is what the page shows; figures take a second. */
async function shown({ command, shows }: Step): Promise<string> {
  const until = Date.now() + LOOK_MS
  for (;;) {
    const said = await typed(command)
    if (shows.every((line) => said.includes(line)) || !command.startsWith('curl') || Date.now() > until) return said
    await sleep(300)
  }
}

async function startStack(command: string): Promise<void> {
  const log = path.join(home, 'second-terminal.log')
  writeFileSync(log, '')
  // A group of its own: Ctrl-C reaches make and the stack behind it.
  stack = spawn('sh', ['-c', `. ${memory()}; exec ${command} > ${log} 2>&1`], { cwd: ROOT, env: environment(), detached: true })
  while (!/^ready$/m.test(readFileSync(log, 'utf8'))) {
    if (stack.exitCode !== null) throw new Error(`"${command}" ended:\n${readFileSync(log, 'utf8')}`)
    await sleep(100)
  }
}

test('the page leads from nothing to the first aggregate', async () => {
  const steps = stepsOf(readFileSync(path.join(ROOT, 'docs', 'add-a-stream.md'), 'utf8'))
  expect(steps.filter((s) => s.second)).toHaveLength(1)
  expect(steps.filter((s) => s.shows.length > 0)).toHaveLength(4)
  for (const step of steps) {
    if (step.second) await startStack(step.command)
    else {
      const said = await shown(step)
      for (const line of step.shows) expect(said).toContain(line)
    }
  }
})
