import { expect, test } from 'vitest'
import { coarse, createFigures } from './figures.ts'
import { LANGUAGES, wordsOf } from './languages.ts'

/** Every text, written out with sample arguments. */
function textsOf(words: object, path = ''): [string, unknown][] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === 'object') return textsOf(value, `${path}${key}.`)
    return [[path + key, typeof value === 'function' ? value(...[1, 2, 3, 4, 5].slice(0, value.length).map(String)) : value]]
  })
}

test('every language has every text, none is empty, and no argument is forgotten', () => {
  const [first, ...others] = LANGUAGES.map((words) => new Map(textsOf(words)))
  const digits = (of: unknown) => String(of).match(/\d/g)?.sort() ?? []
  for (const [key, text] of first!) {
    expect([key, /\S/.test(String(text))]).toEqual([key, true])
    for (const other of others) expect([key, digits(other.get(key))]).toEqual([key, digits(text)])
  }
  for (const other of others) expect([...other.keys()]).toEqual([...first!.keys()])
})

test('the reader’s language is taken, the chosen one before the browser’s, else English', () => {
  expect(wordsOf(null, ['fr-CA', 'de-AT', 'en']).code).toBe('de')
  expect(wordsOf('en', ['de']).code).toBe('en')
  expect(wordsOf('xx', ['zz']).code).toBe('en')
})

test('times are the city’s, whatever the machine’s zone', () => {
  const figures = createFigures('en-GB', 'Australia/Melbourne')
  const at = Date.UTC(2023, 5, 4, 21, 30)
  expect([figures.time(at), figures.moment(at), figures.longDate(at), figures.span(at, at + 900_000)]).toEqual([
    '07:30',
    '5 June at 07:30',
    '5 June 2023',
    '07:30–07:45',
  ])
  expect(figures.span(at, at + 86_400_000)).toBe('5 June at 07:30 – 6 June at 07:30')
  expect([figures.step(900_000), figures.step(3_600_000), figures.step(86_400_000)]).toEqual(['15 minutes', '1 hour', '1 day'])
  expect(createFigures('de-DE', 'UTC').number(1234.56, 1)).toBe('1.234,6')
})

test('ages are told in the coarsest unit of which there are two', () => {
  expect([0, 90_000, 119_999, 120_000, 7_199_000, 7_200_000, 172_800_000].map((ms) => coarse(ms))).toEqual([
    { unit: 'second', count: 1 },
    { unit: 'second', count: 90 },
    { unit: 'second', count: 119 },
    { unit: 'minute', count: 2 },
    { unit: 'minute', count: 119 },
    { unit: 'hour', count: 2 },
    { unit: 'day', count: 2 },
  ])
  expect(createFigures('en-GB', 'UTC').ago(4_999)).toBeNull()
})
