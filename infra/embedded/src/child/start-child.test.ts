import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAlive } from '../state/processes.ts'
import { type Child, startChild } from './start-child.ts'
import { waitUntil } from './wait-until.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'city-child-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const env = { PATH: process.env['PATH'] }
const shell = (script: string): Child =>
  startChild({ name: 'test', command: '/bin/sh', args: ['-c', script], env, log: path.join(dir, 'test.log') })

describe('startChild', () => {
  test('stops when asked, and is ended when it will not', async () => {
    expect(await shell('exec sleep 60').stop()).toEqual({ code: null, signal: 'SIGTERM' })
    const stubborn = shell('trap "" TERM; echo up; while :; do sleep 0.05; done')
    await waitUntil(stubborn, async () => expect(readFileSync(stubborn.log, 'utf8')).toContain('up'), { limitMs: 5_000 })
    expect(await stubborn.stop(100)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('tells how it ended, also when it never began', async () => {
    expect(await shell('exit 3').exited).toEqual({ code: 3, signal: null })
    const missing = startChild({ name: 'none', command: '/nowhere/none', args: [], env, log: path.join(dir, 'none.log') })
    expect(await missing.exited).toEqual({ code: 127, signal: null })
    await missing.stop()
  })

  test('ends when the process that started it is killed', async () => {
    const script = `
      import { startChild } from ${JSON.stringify(path.join(import.meta.dirname, 'start-child.ts'))}
      const child = startChild({ name: 'c', command: 'sleep', args: ['60'], env: { PATH: process.env.PATH }, log: ${JSON.stringify(path.join(dir, 'c.log'))} })
      console.log(child.pid)`
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (data: Buffer) => resolve(data.toString()))))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(50)
    expect(isAlive(pid)).toBe(false)
  })
})

test('a long log is put aside when its process starts again', async () => {
  const log = path.join(dir, 'test.log')
  writeFileSync(log, 'x'.repeat(17 * 2 ** 20))
  await shell('echo new').exited
  expect(readFileSync(log, 'utf8')).toBe('new\n')
  expect(statSync(`${log}.1`).size).toBe(17 * 2 ** 20)
})

describe('waitUntil', () => {
  test('gives the first answer', async () => {
    const child = shell('exec sleep 60')
    let asked = 0
    const answer = await waitUntil(child, async () => (++asked < 3 ? Promise.reject(new Error('not yet')) : asked), {
      limitMs: 5_000,
      everyMs: 1,
    })
    expect(answer).toBe(3)
    await child.stop()
  })

  test('a process that ends first, or takes too long, is told with its last words', async () => {
    const never = () => Promise.reject(new Error('not yet'))
    await expect(waitUntil(shell('echo last words; exit 4'), never, { limitMs: 5_000 })).rejects.toThrow(
      /test ended with code 4[\s\S]*last words/,
    )
    const child = shell('exec sleep 60')
    await expect(waitUntil(child, never, { limitMs: 50 })).rejects.toThrow(/was not ready after 0.05 s \(not yet\)/)
    await child.stop()
  })
})
