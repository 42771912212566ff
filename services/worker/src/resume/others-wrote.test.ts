import { createLog } from '@commonstream/runtime'
import { expect, test } from 'vitest'
import type { Resumed } from '../consume/partition.ts'
import { othersWrote, type ResumeOptions } from './resume-partition.ts'

const KNOWN = { offset: 12, id: 'aa', owner: 'before' }

/** A partition resumed at 10 that knows of one announcement, in a store that holds these. */
function ask(...announced: { offset: number; id: string; owner: string }[]): Promise<boolean> {
  const store = {
    intended: async (stream: string, partition: number, from: number) => {
      expect([stream, partition]).toEqual(['bin-levels', 3])
      return announced.filter(({ offset }) => offset >= from)
    },
    retriable: () => false,
  }
  const o = { ports: { store }, context: { stream: { name: 'bin-levels' } }, log: createLog('test', 'silent'), partition: 3 }
  return othersWrote(o as unknown as ResumeOptions, { from: 10, owner: 'mine', witnesses: [KNOWN] } as unknown as Resumed)
}

test('what this resume announced, what it knew of and what lies before it is nobody else’s', async () => {
  expect(await ask()).toBe(false)
  expect(await ask(KNOWN, { offset: 20, id: 'bb', owner: 'mine' }, { offset: 9, id: 'cc', owner: 'another' })).toBe(false)
})

test('what another announced since is, also where it wrote before', async () => {
  expect(await ask(KNOWN, { offset: 15, id: 'dd', owner: 'another' })).toBe(true)
  expect(await ask({ ...KNOWN, offset: 14, id: 'ee' })).toBe(true)
})
