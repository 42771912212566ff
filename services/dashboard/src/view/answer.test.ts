import { expect, test } from 'vitest'
import { en } from '../words/en.ts'
import { createFigures } from '../words/figures.ts'
import { answerOf } from './answer.ts'
import { averagesOf } from './reading.ts'
import { fullness, nowOf, people, rowOf } from './samples.ts'

const words = en
const figures = createFigures('en-GB', 'Australia/Melbourne')
const [from, to] = [Date.UTC(2023, 5, 4, 21, 30), Date.UTC(2023, 5, 4, 21, 45)]
const about = { measure: people, average: null, group: 10, words, figures }
const window = { from, to }

test('a count is said with what it counts and when, and put in proportion', () => {
  const own = nowOf('1', { ...window, state: 'value', value: 1240, sd: 4 })
  const others = [
    nowOf('2', { ...window, state: 'value', value: 3 }),
    nowOf('3', { ...window, state: 'few' }),
    nowOf('4', { ...window, state: 'value', value: 1 }),
  ]
  const average = averagesOf([rowOf({ sum: 400, expected: 4 })], people)[0]!
  expect(answerOf({ ...about, sensor: own, sensors: [own, ...others], average })).toEqual({
    headline: 'Sensor 1: 1,240 people between 07:30 and 07:45',
    notes: [
      'The highest of the 3 sensors with a figure.',
      'The average of all 4 sensors is 100 people.',
      'Give or take 8: chance is added to protect each person.',
    ],
    hidden: '1 not shown: too few, or too uncertain.',
  })
})

test('held back, unknown and never heard are three different sentences', () => {
  const say = (o: object) => answerOf({ ...about, sensor: nowOf('1', o), sensors: [] }).headline
  expect(say({ ...window, state: 'few' })).toBe('Sensor 1: fewer than about 10 people, or too uncertain to show, between 07:30 and 07:45')
  expect(say(window)).toBe('Sensor 1: nothing is known between 07:30 and 07:45')
  expect(say({})).toBe('Sensor 1: nothing is known')
  expect(say({ ...window, state: 'value', value: 1 })).toContain('1 person between')
  expect(answerOf({ ...about, sensor: null, sensors: [] }).headline).toBe('No sensor is registered for this stream.')
})

test('a gauge is said with its name and instant; ranks mind ties', () => {
  const at = (id: string, value: number) => nowOf(id, { from: to, to, state: 'value', value })
  const say = (own: number, ...others: number[]) =>
    answerOf({
      ...about,
      measure: fullness,
      group: null,
      sensor: at('1', own),
      sensors: [own, ...others].map((v, i) => at(String(i + 1), v)),
    })
  expect(say(8, 2, 4).headline).toBe('Sensor 1: fullness 8, as of 5 June at 07:45')
  expect(say(8, 8, 4).notes).toEqual(['None of the 3 sensors with a figure has a higher one.'])
  expect(say(2, 8, 4).notes).toEqual(['None of the 3 sensors with a figure has a lower one.'])
  expect(say(5, 8, 4).notes).toEqual(['Higher than 1 of the 2 other sensors with a figure.'])
  expect(say(5, 5, 5).notes).toEqual([])
})
