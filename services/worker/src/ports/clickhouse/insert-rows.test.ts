import { expect, test } from 'vitest'
import { storeRetriable } from './insert-rows.ts'

const refusal = (code: string) => Object.assign(new Error(`refused with ${code}`), { code })

test.each([
  ['NOT_ENOUGH_SPACE', '243'],
  ['CANNOT_WRITE_TO_FILE_DESCRIPTOR', '75'],
  ['TOO_MANY_PARTS', '252'],
  ['MEMORY_LIMIT_EXCEEDED', '241'],
  ['TOO_MANY_SIMULTANEOUS_QUERIES', '202'],
  ['TIMEOUT_EXCEEDED', '159'],
  ['TABLE_IS_READ_ONLY', '242'],
  ['KEEPER_EXCEPTION', '999'],
  ['NO_ZOOKEEPER', '225'],
  ['TOO_FEW_LIVE_REPLICAS', '285'],
  ['UNKNOWN_STATUS_OF_INSERT', '319'],
  ['REPLICA_IS_NOT_IN_QUORUM', '289'],
  ['a connection that is refused', 'ECONNREFUSED'],
  ['a connection that is cut', 'ECONNRESET'],
])('a store that refuses for now is asked again: %s (%s)', (_, code) => {
  expect(storeRetriable(refusal(code))).toBe(true)
})

test('an answer that never came is asked for again', () => {
  expect(storeRetriable(new Error('Timeout error.'))).toBe(true)
  expect(storeRetriable(null)).toBe(true)
})

test.each([
  ['SYNTAX_ERROR', '62'],
  ['UNKNOWN_TABLE', '60'],
  ['NO_SUCH_COLUMN_IN_TABLE', '16'],
  ['TYPE_MISMATCH', '53'],
  ['AUTHENTICATION_FAILED', '516'],
  ['ACCESS_DENIED', '497'],
])('what the server calls our fault is not: %s (%s)', (_, code) => {
  expect(storeRetriable(refusal(code))).toBe(false)
})
