import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AckQueue } from './ack-queue.ts'
import { Budget } from './budget.ts'

const idsOf = (answers: Buffer | null) =>
  answers === null ? [] : Array.from({ length: answers.length / 4 }, (_, i) => answers.readUInt16BE(i * 4 + 2))

test('answers come in receive order, whatever the order of settling, and give all room back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0 as const, 1 as const, 2 as const), { maxLength: 60 }),
      fc.infiniteStream(fc.nat()),
      (kinds, random) => {
        const budget = new Budget(1e9, () => undefined)
        let due = 0
        const queue = new AckQueue(budget, () => due++)
        const entries = kinds.map((qos, i) => {
          const entry = queue.add(i + 1, qos, 100)
          queue.charge(entry, 1)
          return entry
        })
        expect([queue.messages, queue.bytes]).toEqual([kinds.length, kinds.length * 100])
        const left = [...entries]
        const answered: number[] = []
        while (left.length > 0) {
          const [entry] = left.splice((random.next().value as number) % left.length, 1)
          entry?.settle()
          answered.push(...idsOf(queue.takeAnswers()))
          const firstOpen = entries.findIndex((e) => e.qos > 0 && !e.done)
          const expected = entries.slice(0, firstOpen === -1 ? undefined : firstOpen).filter((e) => e.qos > 0)
          expect(answered).toEqual(expected.map((e) => e.packetId))
        }
        expect([queue.messages, queue.bytes, budget.bytes, due]).toEqual([0, 0, 0, kinds.length])
      },
    ),
  )
})

test('QoS 1 is answered by PUBACK, QoS 2 by PUBREC', () => {
  const queue = new AckQueue(new Budget(1e9, () => undefined), () => undefined)
  const entries = [queue.add(258, 1, 1), queue.add(3, 2, 1)]
  for (const entry of entries) entry.settle()
  expect(queue.takeAnswers()).toEqual(Buffer.from([0x40, 2, 1, 2, 0x50, 2, 0, 3]))
  expect(queue.takeAnswers()).toBeNull()
})

test('a closed queue answers nothing and still gives its room back', () => {
  const budget = new Budget(1e9, () => undefined)
  let due = 0
  const queue = new AckQueue(budget, () => due++)
  const entry = queue.add(1, 1, 50)
  queue.charge(entry, 3)
  queue.close()
  entry.settle()
  expect([budget.bytes, due, queue.takeAnswers()]).toEqual([0, 0, null])
})

test('a budget that was full says once when there is room again', () => {
  let rooms = 0
  const budget = new Budget(8_000, () => rooms++)
  const costs = Array.from({ length: 10 }, () => budget.take(488, 1))
  expect([budget.bytes, budget.full, budget.tight]).toEqual([10_000, true, true])
  for (const cost of costs.slice(0, 2)) budget.release(cost)
  expect([budget.full, rooms]).toEqual([true, 0])
  for (const cost of costs.slice(2)) budget.release(cost)
  expect([budget.bytes, budget.full, rooms]).toEqual([0, false, 1])
})
