import { expect, test } from 'vitest'
import { parseCommand } from './options.ts'

test('no command, or a question, is answered with help', () => {
  expect(parseCommand([])).toEqual({ command: 'help' })
  expect(parseCommand(['replay', '--help'])).toEqual({ command: 'help' })
})

test('a replay without options sends everything once, on the clock', () => {
  expect(parseCommand(['replay'])).toEqual({
    command: 'replay',
    seed: 1,
    duplicates: 0,
    fast: false,
    url: null,
    patienceMs: 120_000,
    streams: [],
    shuffleMs: 0,
    holds: [],
    limit: Number.POSITIVE_INFINITY,
  })
})

test('the options of a replay arrive in its units', () => {
  const words =
    'replay --stream a --stream b --shuffle 9.5 --duplicates 0.05 --seed 7 --fast --limit 10 --timeout 5 --url mqtt://h:1'.split(' ')
  expect(parseCommand([...words, '--hold', '2023-06-05T06:00:00+10:00..2023-06-04T20:10:00Z'])).toEqual({
    command: 'replay',
    seed: 7,
    duplicates: 0.05,
    fast: true,
    url: 'mqtt://h:1',
    patienceMs: 5_000,
    streams: ['a', 'b'],
    shuffleMs: 570_000,
    holds: [{ from: Date.UTC(2023, 5, 4, 20), to: Date.UTC(2023, 5, 4, 20, 10) }],
    limit: 10,
  })
})

test('the options of a simulation arrive in its units', () => {
  const words =
    '--stream a --sensors 2000 --rate 2000.5 --disorder 0.05 --late 30 --hold 0.1 --fast-clocks 0.01 --seconds 60 --connections 8'
  expect(parseCommand(['simulate', ...words.split(' ')])).toMatchObject({
    command: 'simulate',
    stream: 'a',
    sensors: 2_000,
    rate: 2_000.5,
    disorder: 0.05,
    lateMs: 30_000,
    hold: 0.1,
    fastClocks: 0.01,
    seconds: 60,
    connections: 8,
  })
  expect(parseCommand(['simulate', '--stream', 'a'])).toMatchObject({
    sensors: null,
    rate: null,
    seconds: Number.POSITIVE_INFINITY,
    connections: 4,
  })
})

test.each([
  ['dance', /no command "dance"/],
  ['replay --bogus 1', /--bogus/],
  ['replay extra', /extra/],
  ['replay --duplicates 1.5', /--duplicates is "1.5"/],
  ['replay --limit 1.5', /--limit is "1.5": want a whole number/],
  ['replay --shuffle -1', /shuffle/],
  ['replay --seed x', /--seed/],
  ['replay --url http://h', /--url is "http:\/\/h"/],
  ['replay --hold 2023-06-05T06:00:00..2023-06-05T07:00:00', /--hold/],
  ['replay --hold 2023-06-05T07:00:00Z..2023-06-05T06:00:00Z', /--hold/],
  ['simulate', /--stream/],
  ['simulate --stream a --sensors 0', /--sensors/],
  ['simulate --stream a --rate 0', /--rate/],
])('%s is refused, and the option named', (line, message) => {
  expect(() => parseCommand(line.split(' '))).toThrow(message)
})
