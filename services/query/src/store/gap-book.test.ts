import type { Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import type { Question } from '../questions/question.ts'
import type { Step } from '../questions/steps.ts'
import { GapBook } from './gap-book.ts'
import type { Store } from './store.ts'

const STREAM = { name: 's', table: 's', window: { sizeMs: 10 } } as Stream

/** A store of gaps that says from where on it was asked. */
function storeOf(gaps: Step[], asked: number[]): Store {
  const ask = async <Row>({ params }: Question<Row>) => {
    const from = (params['from'] as number) * 1_000
    asked.push(from)
    return gaps.filter((gap) => gap.start >= from) as Row[]
  }
  return { ask, insert: async () => {}, fault: async () => null, close: async () => {} }
}

test('gaps are read once, then from the last watermark on, and not at all while nothing is new', async () => {
  const asked: number[] = []
  const gaps = [{ start: 1_000, end: 2_000 }]
  const book = new GapBook(storeOf(gaps, asked))
  const one = { version: '1', watermark: 5_010 }
  expect(await book.read(STREAM, one)).toEqual(gaps)
  expect(await book.read(STREAM, one)).toEqual(gaps)
  gaps.push({ start: 5_000, end: 9_000 })
  expect(await book.read(STREAM, { version: '2', watermark: 9_010 })).toEqual(gaps)
  expect(await book.read(STREAM, { version: '3', watermark: 9_010 })).toEqual(gaps)
  expect(asked).toEqual([0, 5_000, 9_000])
})

test('without a watermark, or after a failure, everything is read again', async () => {
  const asked: number[] = []
  const store = storeOf([{ start: 0, end: 1_000 }], asked)
  let away = true
  const book = new GapBook({ ...store, ask: (question) => (away ? Promise.reject(new Error('away')) : store.ask(question)) })
  await expect(book.read(STREAM, { version: '1', watermark: null })).rejects.toThrow('away')
  away = false
  expect(await book.read(STREAM, { version: '1', watermark: null })).toHaveLength(1)
  await book.read(STREAM, { version: '2', watermark: 100_000 })
  expect(asked).toEqual([0, 0])
})
