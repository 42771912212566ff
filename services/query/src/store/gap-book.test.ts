import type { Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import type { Gap } from '../questions/gaps.ts'
import type { Question } from '../questions/question.ts'
import { GapBook } from './gap-book.ts'
import type { Store } from './store.ts'

const STREAM = { name: 's', table: 's', window: { sizeMs: 1_000 } } as Stream

/** A store of gaps that says from where on it was asked. */
function storeOf(gaps: Gap[], asked: number[]): Store {
  const ask = async <Row>({ params }: Question<Row>) => {
    const from = (params['from'] as number) * 1_000
    asked.push(from)
    return gaps.filter((gap) => gap.start >= from) as Row[]
  }
  return { ask, insert: async () => {}, fault: async () => null, close: async () => {} }
}

test('gaps are read once, then from the last watermark on, and not at all while nothing is new', async () => {
  const asked: number[] = []
  const gaps: Gap[] = [{ sensor: null, start: 1_000, end: 2_000 }]
  const book = new GapBook(storeOf(gaps, asked))
  const one = { version: '1', watermark: 6_000 }
  expect(await book.read(STREAM, one)).toEqual(gaps)
  expect(await book.read(STREAM, one)).toEqual(gaps)
  gaps.push({ sensor: 'a', start: 5_000, end: 9_000 })
  expect(await book.read(STREAM, { version: '2', watermark: 10_000 })).toEqual(gaps)
  expect(await book.read(STREAM, { version: '3', watermark: 10_000 })).toEqual(gaps)
  expect(asked).toEqual([0, 5_000, 9_000])
})

test('everything is read again without a watermark, after one that went back, after a failure and from time to time', async () => {
  const asked: number[] = []
  const store = storeOf([{ sensor: null, start: 0, end: 1_000 }], asked)
  let away = true
  let now = 0
  const flaky: Store = { ...store, ask: (question) => (away ? Promise.reject(new Error('away')) : store.ask(question)) }
  const book = new GapBook(flaky, () => now)
  const read = (version: string, watermark: number | null) => book.read(STREAM, { version, watermark })
  await expect(read('1', null)).rejects.toThrow('away')
  away = false
  expect(await read('1', null)).toHaveLength(1)
  await read('2', 100_000)
  await read('3', 90_000)
  expect(asked).toEqual([0, 0, 0])
  await read('4', 100_000)
  now = 600_000
  await read('5', 110_000)
  expect(asked.slice(3)).toEqual([89_000, 0])
})
