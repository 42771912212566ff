import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { Message } from 'kafkajs'
import { expect, test } from 'vitest'
import type { Append } from './append.ts'
import { Publisher, type PublisherEvents, type Trouble } from './publisher.ts'
import type { Receipt } from './receipt.ts'
import { soon } from '../../../../test/support/mqtt-soon.ts'

const steady = () => performance.now()
const silent: PublisherEvents = {
  appended: () => undefined,
  appendTime: () => undefined,
  retrying: () => undefined,
  refused: () => undefined,
}
const publisherTo = (append: Append, events: Partial<PublisherEvents> = {}) =>
  new Publisher(append, Date.now, steady, { ...silent, ...events })
const record = (text: string): Message => ({ key: null, value: Buffer.from(text), partition: 0 })
const receiptInto = (settled: number[], n: number): Receipt => ({ pending: 0, settle: () => settled.push(n) })
const now = () => ({ city: 0, steady: steady() })

test('records arrive in order and whole, in batches of at most 500, and each receipt is settled once, after its record', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      async (groups, fails) => {
        const failures = [...fails]
        const arrived: string[] = []
        const settled: number[] = []
        let running = 0
        const append: Append = async (_topic, _partition, records) => {
          expect(++running).toBe(1)
          expect(records.length).toBeLessThanOrEqual(500)
          await sleep(0)
          running--
          if (failures.shift() === true) throw Object.assign(new Error('away'), { retriable: true })
          arrived.push(...records.map((r) => (r.value as Buffer).toString()))
          return { baseOffset: '0', appendTime: null }
        }
        const publisher = publisherTo(append)
        const lane = publisher.lane('t', 0)
        let n = 0
        for (const group of groups) {
          for (let i = 0; i < group; i++) {
            const at = n++
            lane.add(record(String(at)), 10, { pending: 0, settle: () => settled.push(at) }, now())
          }
          await sleep(1)
          expect(settled.every((s) => arrived.includes(String(s)))).toBe(true)
        }
        expect(await publisher.drained(20_000)).toBe(true)
        expect(arrived).toEqual(Array.from({ length: n }, (_, i) => String(i)))
        expect(settled).toEqual(Array.from({ length: n }, (_, i) => i))
      },
    ),
    { numRuns: 15 },
  )
})

test('a receipt of several records is settled after the last of them, whichever partition that is', async () => {
  const gate = Promise.withResolvers<void>()
  const append: Append = async (_topic, partition) => {
    if (partition === 1) await gate.promise
    return { baseOffset: '0', appendTime: null }
  }
  const publisher = publisherTo(append)
  const settled: number[] = []
  const receipt = receiptInto(settled, 1)
  publisher.lane('t', 0).add(record('a'), 1, receipt, now())
  publisher.lane('t', 1).add(record('b'), 1, receipt, now())
  await sleep(40)
  expect([settled, receipt.pending]).toEqual([[], 1])
  gate.resolve()
  await publisher.drained(1_000)
  expect(settled).toEqual([1])
})

test('a batch stays well below what Kafka takes', async () => {
  const sizes: number[] = []
  const publisher = publisherTo((_t, _p, records) => {
    sizes.push(records.reduce((n, r) => n + (r.value as Buffer).length, 0))
    return Promise.resolve({ baseOffset: '0', appendTime: null })
  })
  for (let i = 0; i < 40; i++) publisher.lane('t', 0).add({ key: null, value: Buffer.alloc(65_000) }, 65_000, receiptInto([], i), now())
  await publisher.drained(5_000)
  expect(sizes.reduce((a, b) => a + b)).toBe(40 * 65_000)
  expect(Math.max(...sizes)).toBeLessThan(700_000)
})

test('what is retried is told, the oldest is known, and the wait is remembered once', async () => {
  const told: [Trouble, number][] = []
  const failures = [new Error('one'), new Error('two')]
  const append: Append = () => {
    const failure = failures.shift()
    return failure === undefined ? Promise.resolve({ baseOffset: '0', appendTime: 5 }) : Promise.reject(failure)
  }
  const times: number[] = []
  const publisher = publisherTo(append, { retrying: (trouble, attempt) => told.push([trouble, attempt]), appendTime: (t) => times.push(t) })
  const arrived = now()
  publisher.lane('t', 0).add(record('x'), 1, receiptInto([], 0), { city: 0, steady: arrived.steady + 5 })
  publisher.lane('t', 0).add(record('held back, older'), 1, receiptInto([], 1), arrived)
  expect(publisher.oldest).toBe(arrived)
  await soon(() => told.length).toBe(2)
  expect(publisher.trouble?.reason).toEqual(new Error('two'))
  expect(await publisher.drained(5_000)).toBe(true)
  expect([publisher.oldest, publisher.trouble, times]).toEqual([null, null, [5]])
  expect(told.map(([, attempt]) => attempt)).toEqual([1, 2])
  expect(publisher.takeLongestWait()).toBeGreaterThan(290)
  expect(publisher.takeLongestWait()).toBe(0)
})

test('what Kafka refuses for good is told once and not tried again', async () => {
  const refused: Trouble[] = []
  let tries = 0
  const append: Append = () => {
    tries++
    return Promise.reject(Object.assign(new Error('no rights'), { name: 'KafkaJSNonRetriableError', retriable: false }))
  }
  const publisher = publisherTo(append, { refused: (trouble) => refused.push(trouble) })
  publisher.lane('t', 0).add(record('x'), 1, receiptInto([], 0), now())
  await soon(() => refused.length).toBe(1)
  await sleep(50)
  expect(tries).toBe(1)
})

test('what was given up is never settled', async () => {
  const gate = Promise.withResolvers<void>()
  const publisher = publisherTo(async () => {
    await gate.promise
    return { baseOffset: '0', appendTime: null }
  })
  const settled: number[] = []
  publisher.lane('t', 0).add(record('x'), 1, receiptInto(settled, 1), now())
  expect(await publisher.drained(20)).toBe(false)
  publisher.abandon()
  gate.resolve()
  await sleep(20)
  expect([settled, publisher.oldest]).toEqual([[], null])
})
