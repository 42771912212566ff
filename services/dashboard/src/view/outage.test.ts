import { expect, test } from 'vitest'
import type { Fault, Held } from '../ask/held.ts'
import { outageOf } from './outage.ts'

const held = (fault: Partial<Fault> | null, confirmed: number | null = 50): Held<number> => ({
  value: 1,
  etag: null,
  taken: confirmed,
  confirmed,
  fault: fault === null ? null : { sort: 'status', status: null, reason: 'r', waitMs: null, ...fault },
  faultSince: fault === null ? null : 60,
})

test('no fault is no outage', () => {
  expect(outageOf([held(null), held(null)])).toBeNull()
  expect(outageOf([])).toBeNull()
})

test('each fault has its sort, and the gravest is told', () => {
  const sort = (fault: Partial<Fault>) => outageOf([held(null), held(fault)])?.sort
  expect(sort({ sort: 'network' })).toBe('service')
  expect(sort({ status: 503 })).toBe('store')
  expect(sort({ status: 401 })).toBe('refused')
  expect(sort({ status: 429 })).toBe('busy')
  expect(sort({ status: 400 })).toBe('bad')
  expect(sort({ sort: 'shape', status: 200 })).toBe('bad')
  expect(outageOf([held({ status: 429 }), held({ status: 503, reason: 'clickhouse' })])).toMatchObject({
    sort: 'store',
    reason: 'clickhouse',
  })
})

test('the last good answer is the newest of those that are missed', () => {
  expect(outageOf([held({ sort: 'network' }, 10), held({ sort: 'network' }, 30), held(null, 99)])?.last).toBe(30)
  expect(outageOf([held({ sort: 'network' }, null)])?.last).toBeNull()
})
