import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive } from './processes.ts'
import { RunFolder } from './run-folder.ts'

let dir: string
let started: ChildProcess[] = []

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-run-'))
})
afterEach(() => {
  for (const child of started) child.kill('SIGKILL')
  started = []
  rmSync(dir, { recursive: true, force: true })
})

function sleeper(mark: string): number {
  const child = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], CITY_STACK: mark } })
  started.push(child)
  return child.pid ?? 0
}

test('only a process that bears the mark of this folder is ended', async () => {
  const run = new RunFolder(dir)
  const ours = sleeper(dir)
  const others = sleeper(`${dir}-other`)
  run.write('worker', ours)
  run.write('bridge', others)
  run.write('query', 2 ** 22 - 1)
  const said: string[] = []
  await run.endLeftBehind((line) => said.push(line))
  expect([isAlive(ours), isAlive(others)]).toEqual([false, true])
  expect(said).toEqual([`worker: process ${ours} of an earlier stack still runs; ending it`])
  expect(['worker', 'bridge', 'query'].map((name) => existsSync(path.join(dir, 'run', `${name}.pid`)))).toEqual([false, false, false])
})

test('the pid file of a stack that is gone, or of another program, does not keep the folder', () => {
  const run = new RunFolder(dir)
  const file = path.join(dir, 'run', 'stack.pid')
  for (const pid of [2 ** 22 - 1, sleeper(dir)]) {
    writeFileSync(file, `${pid}\n`)
    expect(() => run.take()).not.toThrow()
  }
  run.release()
  expect(existsSync(file)).toBe(false)
})
