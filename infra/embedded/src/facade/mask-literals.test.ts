import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskLiterals } from './mask-literals.ts'
import { identifier, literal } from './sql-text.ts'

test.each([
  ["a 'b;c' d", 'a       d'],
  ["'it''s' x", '        x'],
  [String.raw`'a\'; b' x`, '         x'],
  ['`a;b` "c;d" x', '            x'],
  ['a -- b; c\nd', 'a        \nd'],
  ['a # b; c\nd', 'a       \nd'],
  ['a /* b; */ c', 'a          c'],
  ['$tag$ ; $tag$ x', '              x'],
  ["open 'never; ends", 'open             '],
  ['a - b / c', 'a - b / c'],
])('%s', (sql, masked) => {
  expect(maskLiterals(sql)).toBe(masked)
})

test('whatever stands in a literal or quoted name is blanked, and what follows is seen', () => {
  const quoted = fc.oneof(fc.string({ unit: 'binary' }).map(literal), fc.string({ unit: 'binary' }).map(identifier))
  fc.assert(
    fc.property(fc.array(quoted), (parts) => {
      const sql = `SELECT ${parts.join(' , ')} ;END`
      const masked = maskLiterals(sql)
      expect(masked).toHaveLength(sql.length)
      expect(masked.replaceAll(/[ ,]/g, '')).toBe('SELECT;END')
    }),
  )
})
