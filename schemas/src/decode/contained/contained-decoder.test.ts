import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { Refused } from '../reading.ts'
import { ContainedDecoder } from './contained-decoder.ts'
import { type Limits, LIMITS } from './limits.ts'

// Processes start slowly where many tests run at once.
vi.setConfig({ testTimeout: 120_000 })

const city = realpathSync(mkdtempSync(join(tmpdir(), 'city-decoder-')))
afterAll(() => rmSync(city, { recursive: true }))

let files = 0
let open: ContainedDecoder[] = []
afterEach(async () => {
  await Promise.all(open.map((decoder) => decoder.close()))
  open = []
})

/** A decoder with a body, in a file of its own; generous limits, for a busy machine must not make an honest one late. */
function decoderOf(body: string, limits: Partial<Limits> = {}, exported: 'decode' | 'decodeUplink' = 'decode'): ContainedDecoder {
  const file = join(city, `decode-${++files}.ts`)
  writeFileSync(file, `export function ${exported}(input: never, context: { zone: string }): unknown {\n${body}\n}\n`)
  const decoder = new ContainedDecoder({ file, exported, city, limits: { ...LIMITS, timeMs: 15_000, startMs: 60_000, ...limits } })
  open.push(decoder)
  return decoder
}

const call = (decoder: ContainedDecoder, text = '') => decoder.call(Buffer.from(text), { zone: 'UTC', fPort: 7 })

/** Does what the payload says, and answers the rest. */
const WICKED = `
  const text = new TextDecoder().decode(input)
  if (text === 'loop') for (;;);
  if (text === 'throw') throw new TypeError('the payload was ' + text)
  if (text === 'grow') { const held = []; for (;;) held.push(new Array(1_000).fill(text)) }
  if (text === 'buffers') { const held = []; for (;;) held.push(new Uint8Array(50_000_000).fill(1)) }
  if (text === 'exit') process.exit(0)
  if (text === 'flood') { const fs = process.getBuiltinModule('fs'); fs.writeSync(3, Buffer.alloc(100, 0xff)) }
  if (text === 'long') return 'x'.repeat(2_000_000)
  return text.length`

test('a decoder is called as if it were a function', () => {
  const decoder = decoderOf(`return { text: new TextDecoder().decode(input), zone: context.zone }`)
  expect(call(decoder, 'über')).toEqual({ result: { text: 'über', zone: 'UTC' } })
  expect(call(decoder, '')).toEqual({ result: { text: '', zone: 'UTC' } })
  const uplinks = decoderOf('return input', {}, 'decodeUplink')
  expect(uplinks.call(Uint8Array.of(1, 255), { zone: 'UTC', fPort: 7 })).toEqual({ result: { bytes: [1, 255], fPort: 7 } })
})

test('a decoder that does harm costs the payload that made it do so, and no other; the caller keeps its memory', () => {
  const harm: readonly [string, RegExp][] = [
    ['throw', /^the decoder threw TypeError$/],
    ['long', /threw too much/],
    ['buffers', /threw RangeError|without memory|longer than/],
    ['grow', /without memory|longer than/],
    ['exit', /its process ended/],
    ['flood', /a frame of/],
    ['loop', /longer than 3000 ms/],
  ]
  const decoder = decoderOf(WICKED, { timeMs: 3_000, faults: 100 })
  expect(call(decoder, 'before')).toEqual({ result: 6 })
  const before = process.memoryUsage.rss()
  for (const [wicked, detail] of harm) {
    expect(call(decoder, wicked)).toMatchObject({ reason: 'undecodable', detail: expect.stringMatching(detail) })
    expect([wicked, call(decoder, 'after')]).toEqual([wicked, { result: 5 }])
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000)
})

test('a decoder that has to be ended again and again is left alone for a while', () => {
  let now = 0
  const file = join(city, `decode-${++files}.ts`)
  writeFileSync(file, 'export function decode(input: Uint8Array): unknown { if (input.length > 0) process.exit(1); return 1 }')
  const decoder = new ContainedDecoder({
    file,
    exported: 'decode',
    city,
    limits: { ...LIMITS, startMs: 60_000, faults: 2, faultsMs: 1_000 },
    now: () => now,
  })
  open.push(decoder)
  const ended = { detail: expect.stringContaining('was ended') }
  expect([call(decoder, 'x'), call(decoder, 'x')]).toMatchObject([ended, ended])
  expect(call(decoder, '')).toMatchObject({ detail: expect.stringContaining('left alone') })
  now = 1_001
  expect(call(decoder, '')).toEqual({ result: 1 })
})

test('a decoder has no environment, no network, no process, and no file but its schemas', () => {
  const decoder = decoderOf(`
    const { readFileSync, writeFileSync } = process.getBuiltinModule('fs')
    const codes = {}
    const attempt = (name, what) => { try { what(); codes[name] = 'allowed' } catch (error) { codes[name] = error.code } }
    attempt('read', () => readFileSync('/etc/hostname'))
    attempt('write', () => writeFileSync(process.getBuiltinModule('os').tmpdir() + '/x', ''))
    attempt('own', () => readFileSync(${JSON.stringify(city)} + '/decode-1.ts'))
    attempt('run', () => process.getBuiltinModule('child_process').execFileSync('true'))
    attempt('thread', () => new (process.getBuiltinModule('worker_threads').Worker)('', { eval: true }))
    codes.network = process.permission.has('net') ? 'allowed' : 'ERR_ACCESS_DENIED'
    return { codes, environment: Object.keys(process.env).filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)) }`)
  const denied = 'ERR_ACCESS_DENIED'
  expect(call(decoder)).toEqual({
    result: { codes: { read: denied, write: denied, own: 'allowed', run: denied, thread: denied, network: denied }, environment: [] },
  })
})

test('a decoder may import what the project shares', () => {
  const file = join(city, `decode-${++files}.ts`)
  const shared = join(import.meta.dirname, '..', '..', '..', 'decoders', 'families', 'milesight.ts')
  writeFileSync(file, `import { milesight } from ${JSON.stringify(shared)}\nexport const decodeUplink = milesight({ '01 75': [] })`)
  const decoder = new ContainedDecoder({ file, exported: 'decodeUplink', city, limits: { ...LIMITS, timeMs: 15_000, startMs: 60_000 } })
  open.push(decoder)
  expect(decoder.call(Uint8Array.of(1, 0x75), { zone: 'UTC' })).toEqual({ result: { data: {} } })
})

test.each([
  ['cannot be read', 'export function decode( {', /ended/],
  ['exports something else', 'export const decode = 7', /does not export the function decode/],
  ['throws when it is loaded', 'throw new Error("no")', /ended: no/],
])('a file that %s refuses every payload, with the reason', (_, text, detail) => {
  const file = join(city, `decode-${++files}.ts`)
  writeFileSync(file, text)
  const decoder = new ContainedDecoder({ file, exported: 'decode', city, limits: { ...LIMITS, startMs: 60_000 } })
  open.push(decoder)
  for (let i = 0; i < 2; i++) expect(call(decoder)).toMatchObject({ reason: 'undecodable', detail: expect.stringMatching(detail) })
})

test('a file that never comes to its end costs one wait: after it payloads are refused at once', () => {
  const file = join(city, `decode-${++files}.ts`)
  writeFileSync(file, 'for (;;);\nexport function decode() {}')
  const decoder = new ContainedDecoder({ file, exported: 'decode', city, limits: { ...LIMITS, startMs: 1_000, faults: 10 } })
  open.push(decoder)
  const ended = (detail: string) => ({ reason: 'undecodable', detail: `the decoder was ended: ${detail}` })
  expect(call(decoder)).toMatchObject(ended('it was not ready after 1000 ms'))
  for (let i = 0; i < 3; i++) expect(call(decoder)).toMatchObject(ended('it is not ready'))
})

test('a payload beyond the limit is refused before it is handed over', () => {
  expect(decoderOf('return 1', { payloadBytes: 3 }).call(Buffer.alloc(4), { zone: 'UTC' })).toMatchObject({ reason: 'too_large' })
})

test('close ends the process, and a later call starts another', async () => {
  const decoder = decoderOf('return process.pid')
  const first = call(decoder)
  if (first instanceof Refused) throw new Error(first.detail)
  await decoder.close()
  expect(execFileSync('ps', ['-A', '-o', 'pid,stat']).toString()).not.toMatch(new RegExp(`^ *${first.result as number} +[^Z]`, 'm'))
  expect(call(decoder)).toHaveProperty('result', expect.any(Number))
})
