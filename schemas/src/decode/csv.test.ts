import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRows } from './csv.ts'
import { Refused } from './reading.ts'

test('csvRows reads cells with quotes, separators, line ends and blanks', () => {
  expect(csvRows('a,b\r\n"1,5","say ""so""\nand so"\n\n,\n x ,', ',')).toEqual([
    ['a', 'b'],
    ['1,5', 'say "so"\nand so'],
    ['', ''],
    [' x ', ''],
  ])
  expect(csvRows('a;b\n1,5;2', ';')).toEqual([
    ['a', 'b'],
    ['1,5', '2'],
  ])
  expect(csvRows('', ',')).toEqual([])
  expect(csvRows('a\tb"c', '\t')).toEqual([['a', 'b"c']])
})

test('csvRows refuses a quote that is not closed, and text behind one', () => {
  for (const text of ['a,"b', '"', '"a"b,c']) expect(csvRows(text, ',')).toBeInstanceOf(Refused)
})

test('csvRows stops at what no payload may have: very many lines, or cells in one', () => {
  expect(csvRows('a\n'.repeat(20_001), ',')).toHaveLength(20_001)
  expect(csvRows('a\n'.repeat(20_002), ',')).toMatchObject({ reason: 'too_large' })
  // Behind the place where it stops nothing is looked at: it would be refused for another reason.
  expect(csvRows(`${'a\n'.repeat(20_002)}"`, ',')).toMatchObject({ reason: 'too_large' })
  expect(csvRows(`a\n${','.repeat(1_001)}`, ',')).toMatchObject({ reason: 'too_large', detail: 'more than 1000 cells in line 2' })
})

test('csvRows gives back what was written', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', ';', '"', '\n', '\r', ' ', 'é'), maxLength: 6 })
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 6 })
  fc.assert(
    fc.property(rows, fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n'), (written, separator, end) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
      const text = written.map((row) => row.map(quote).join(separator) + end).join('')
      expect(csvRows(text, separator)).toEqual(written)
    }),
  )
})
