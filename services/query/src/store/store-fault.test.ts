import { ClickHouseError } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { awayReason, problemOfStore } from './store-fault.ts'

const refused = (code: string) => problemOfStore(new ClickHouseError({ message: 'SELECT secret', code, type: 'SOME' }))

test('an absent or busy store is 503 with a time to come back; a refused question is our fault', () => {
  expect(problemOfStore(new Error('connect ECONNREFUSED'))).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  for (const code of ['60', '81', '159', '202', '241']) expect(refused(code)).toMatchObject({ status: 503, kind: 'store-away' })
  expect(refused('62')).toMatchObject({ status: 500, kind: 'internal' })
  expect(JSON.stringify(refused('62').toBody())).not.toContain('secret')
})

test('why the store is away is told by its code', () => {
  expect(awayReason('http://x', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBe(
    'ClickHouse does not answer at http://x: ECONNREFUSED',
  )
  expect(awayReason('http://x', new Error('socket hang up'))).toMatch(/socket hang up/)
})
