import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkStatement, isRead, isSelect, literal, placeholders, splitFormat, splitInsert } from './sql-text.ts'
import { codeOf } from './store-error.ts'

const refusal = (sql: string): number => {
  try {
    checkStatement(sql)
  } catch (error) {
    return codeOf(error)
  }
  return 0
}

describe('splitInsert', () => {
  test('takes head, settings, format and rows apart', () => {
    const sql = 'INSERT INTO city.t (a, b) SETTINGS async_insert = 0 FORMAT JSONEachRow\n{"a":1}\n'
    expect(splitInsert(sql)).toEqual({
      head: 'INSERT INTO city.t (a, b)',
      settings: ' SETTINGS async_insert = 0',
      format: 'JSONEachRow',
      data: '{"a":1}\n',
    })
  })

  test('rows on the line of the format, behind a comment, or with blank lines are rows all the same', () => {
    expect(splitInsert('INSERT INTO t FORMAT JSONEachRow {"a":1}')?.data).toBe('{"a":1}')
    expect(splitInsert('/* c */ insert into t format CSV\n1\n\nDROP TABLE t')?.data).toBe('1\n\nDROP TABLE t')
    expect(splitInsert('INSERT INTO t FORMAT Values (1);')?.data).toBe('(1);')
  })

  test.each([
    'SELECT 1 FORMAT CSV',
    'INSERT INTO t VALUES (1)',
    "INSERT INTO t VALUES (' FORMAT CSV ')",
    'INSERT INTO t SELECT 1 FORMAT CSV',
  ])('%s has none', (sql) => {
    expect(splitInsert(sql)).toBeNull()
  })

  test('whatever the rows are, they come out as they went in and never reach the statement', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rows) => {
        const split = splitInsert(`INSERT INTO t FORMAT CSV\n${rows}`)
        expect(split).toMatchObject({ head: 'INSERT INTO t', data: rows })
        checkStatement(split?.head ?? '')
      }),
    )
  })
})

test('splitFormat takes the last FORMAT off, keeping settings behind it', () => {
  expect(splitFormat('SELECT 1 FORMAT JSON')).toEqual({ sql: 'SELECT 1', format: 'JSON' })
  expect(splitFormat('SELECT 1\nformat CSV ;\n')).toEqual({ sql: 'SELECT 1', format: 'CSV' })
  expect(splitFormat('SELECT 1 FORMAT CSV SETTINGS max_threads = 1')).toEqual({ sql: 'SELECT 1 SETTINGS max_threads = 1', format: 'CSV' })
  expect(splitFormat("SELECT ' FORMAT CSV'")).toEqual({ sql: "SELECT ' FORMAT CSV'", format: null })
})

describe('checkStatement', () => {
  test.each([
    ['', 62],
    ['  -- nothing\n', 62],
    ['SELECT 1; SELECT 2', 62],
    ["SELECT ';' ; DROP TABLE t", 62],
    ['SELECT 1 /* ; */ ;', 0],
    ["SELECT ';DROP TABLE t'", 0],
    ['SET max_threads = 1', 48],
    ['USE city', 48],
    ['CREATE TEMPORARY TABLE t (a UInt8)', 48],
    ["SELECT * FROM file('/etc/passwd')", 497],
    ["SELECT * FROM URL ('http://x', CSV)", 497],
    ["INSERT INTO FUNCTION remote('x', t) SELECT 1", 497],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 497],
    ['CREATE TABLE t (a UInt8) ENGINE = File(CSV)', 497],
    ['CREATE TABLE t (a UInt8) ENGINE=Kafka', 497],
    ['CREATE TABLE t (file String, url String) ENGINE = MergeTree ORDER BY file', 0],
  ])('%s → %i', (sql, code) => {
    expect(refusal(sql)).toBe(code)
  })

  test('no text given as a literal makes a second statement', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => refusal(`SELECT ${literal(text)}`) === 0))
  })
})

test('reads, selects and placeholders', () => {
  expect(['SELECT 1', ' (SELECT 1)', 'with x as (select 1) select * from x'].every(isSelect)).toBe(true)
  expect(['SHOW TABLES', 'EXPLAIN SELECT 1', 'DESCRIBE t'].every((sql) => isRead(sql) && !isSelect(sql))).toBe(true)
  expect(['INSERT INTO t SELECT 1', 'DROP TABLE t', 'SELECTED'].some(isRead)).toBe(false)
  expect(placeholders("SELECT {a:UInt8}, { b : String }, '{c:String}'")).toEqual(['a', 'b'])
})
