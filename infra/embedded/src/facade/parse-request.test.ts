import { describe, expect, test } from 'vitest'
import { parseRequest, takesRows } from './parse-request.ts'
import { codeOf } from './store-error.ts'

const parse = (sql: string, url = '', method = 'POST', headers = {}) => parseRequest(method, new URLSearchParams(url), headers, sql)
const refusal = (...args: Parameters<typeof parse>): number => {
  try {
    parse(...args)
  } catch (error) {
    return codeOf(error)
  }
  return 0
}

test('settings, parameters, database and format are taken from the URL and the headers', () => {
  const statement = parse('SELECT {a:String} FORMAT JSON', 'query_id=q&max_threads=2&param_a=x%27&database=city&wait_end_of_query=1')
  expect(statement).toEqual({
    sql: 'SELECT {a:String}',
    insert: null,
    format: 'JSON',
    settings: new Map([['max_threads', '2']]),
    params: new Map([['a', "x'"]]),
    database: 'city',
  })
  expect(parse('SELECT 1', 'default_format=CSV').format).toBe('CSV')
  expect(parse('SELECT 1', 'default_format=CSV', 'POST', { 'x-clickhouse-format': 'TSV', 'x-clickhouse-database': 'city' })).toMatchObject({
    format: 'TSV',
    database: 'city',
  })
})

test('an INSERT with rows apart keeps its settings for the place where the engine wants them', () => {
  expect(parse('INSERT INTO t SETTINGS a = 1 FORMAT CSV')).toMatchObject({
    sql: 'INSERT INTO t',
    insert: { settings: ' SETTINGS a = 1', format: 'CSV' },
  })
  expect([takesRows('INSERT INTO t FORMAT CSV'), takesRows('INSERT INTO t FORMAT CSV\n1'), takesRows('SELECT 1')]).toEqual([
    true,
    false,
    false,
  ])
})

describe('what is refused', () => {
  test.each<[string, string, string, number]>([
    ['SELECT 1', 'max_threads%3D1%2C+x=1', 'POST', 115],
    ['SELECT 1', 'param_a%27=1', 'POST', 115],
    ['SELECT {a:String}', 'param_b=1', 'POST', 456],
    ['SELECT 1', 'session_id=s', 'POST', 48],
    ['DROP TABLE t', '', 'GET', 164],
    ['INSERT INTO t FORMAT CSV', 'readonly=2', 'POST', 164],
    ['SELECT 1', 'readonly=1', 'POST', 0],
    ['SELECT 1; SELECT 2', '', 'POST', 62],
  ])('%s with %s by %s → %i', (sql, url, method, code) => {
    expect(refusal(sql, url, method)).toBe(code)
  })
})
