import { createLog } from '@commonstream/runtime'
import { expect, test } from 'vitest'
import type { Ports } from '../ports/ports.ts'
import { machineClock } from '../ports/real-ports.ts'
import { PHASES } from './batch.ts'
import { Flusher } from './flusher.ts'

interface Told {
  readonly done: string[]
  readonly troubles: (string | null)[]
  readonly failures: unknown[]
}

/** A flusher whose world does what `fails` says: how often a step fails before it succeeds, by topic or table. */
function start(fails: Readonly<Record<string, number>>, tries = 50): { flusher: Flusher; told: Told } {
  const told: Told = { done: [], troubles: [], failures: [] }
  const left = new Map(Object.entries(fails))
  const step = async (name: string) => {
    const remaining = left.get(name) ?? 0
    left.set(name, remaining - 1)
    if (remaining > 0) throw new Error(`${name} is away`)
    told.done.push(name)
  }
  const ports = {
    kafka: { append: (topic: string) => step(topic) },
    store: { insert: ({ table }: { table: string }) => step(table), retriable: () => true },
    clock: machineClock,
  } as unknown as Pick<Ports, 'kafka' | 'store' | 'clock'>
  const flusher = new Flusher({
    ...{ ports, log: createLog('test', 'silent'), maxBytes: 1 << 20, patience: { tries, minMs: 1, maxMs: 2 } },
    ...{ onTrouble: (reason) => told.troubles.push(reason), onPressure: () => undefined, onFlushed: () => undefined },
    fail: (error) => told.failures.push(error),
  })
  return { flusher, told }
}

/** Something for every step, added in another order. */
function fill({ batch }: Flusher, done: string[]): void {
  for (const phase of [...PHASES].reverse()) {
    const writer = batch.writer(phase, { table: phase, columns: ['x'] })
    writer.u8(1)
    writer.endRow()
  }
  batch.refused.push({ topic: 'city.quarantine', partition: 0, key: 'x', value: Buffer.from('x') })
  batch.commits.push(async () => void done.push('commit'))
}

const ORDER = ['intents', 'city.quarantine', 'readings', 'partials', 'accounting', 'windows', 'alerts', 'ledger', 'commit']

test('a flush says what it is about to do and goes from the quarantine to the ledger, which certifies the rest, and then commits', async () => {
  const { flusher, told } = start({})
  fill(flusher, told.done)
  await flusher.stop()
  expect(told.done).toEqual(ORDER)
})

test.each(ORDER.slice(0, -1))(
  'while %s takes nothing, nothing behind it is written; it is tried again and told, and nothing is dropped',
  async (name) => {
    const { flusher, told } = start({ [name]: 5 })
    fill(flusher, told.done)
    await flusher.stop()
    expect(told.done).toEqual(ORDER)
    expect(told.troubles).toEqual([...Array.from({ length: 5 }, () => expect.stringContaining(`: ${name} is away`)), null])
  },
)

test('what does not mend ends the process: nothing is certified or committed, also at its stop', async () => {
  const { flusher, told } = start({ partials: Number.POSITIVE_INFINITY }, 3)
  fill(flusher, told.done)
  flusher.start()
  flusher.request()
  await expect.poll(() => told.failures).toMatchObject([{ message: 'partials is away' }])
  await flusher.stop()
  expect(told.done).toEqual(['intents', 'city.quarantine', 'readings'])
})

test('who waits for what is there to be written is told once it is, also where nothing is', async () => {
  const { flusher, told } = start({ ledger: 2 })
  fill(flusher, told.done)
  const drained = flusher.drained().then(() => told.done.push('told'))
  await flusher.stop()
  await drained
  expect(told.done).toEqual([...ORDER, 'told'])
  const idle = start({}).flusher
  await idle.drained()
  await idle.stop()
})
