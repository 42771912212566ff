import { expect, onTestFinished, test, vi } from 'vitest'
import { display } from './display.ts'
import { outcomeTable } from './outcome-table.ts'
import { progressLine, progressLines } from './progress-lines.ts'

const streams = [
  { stream: 'pedestrian-counts', rows: 12_683, sends: 12_683, leftOut: 0, sent: 6_500, acknowledged: 6_400, resent: 0 },
  { stream: 'bin-levels', rows: 930, sends: 976, leftOut: 0, sent: 976, acknowledged: 976, resent: 12 },
]
const view = {
  progress: { streams, devices: 74, connected: 73, fault: 'connect ECONNREFUSED' },
  now: Date.parse('2023-06-04T20:15:00Z'),
  zone: 'Australia/Melbourne',
}

test("a replay shows the city's time, the connections and a bar per stream", () => {
  expect(progressLines(view)).toEqual([
    'Mon, 5 Jun 2023, 06:15  73 of 74 devices connected (connect ECONNREFUSED)',
    `pedestrian-counts  ${'█'.repeat(14)}${'░'.repeat(14)}  6,500 sent, 6,400 of 12,683 acknowledged`,
    `bin-levels         ${'█'.repeat(28)}  976 sent, 976 of 976 acknowledged, 12 sent again`,
  ])
  expect(progressLine(view)).toContain('pedestrian-counts 6,500 sent, 6,400 of 12,683 acknowledged · bin-levels 976 sent')
})

test('the table tells each stream, and what is missing and why', () => {
  expect(outcomeTable({ streams, complete: false, reason: 'stopped by hand' }).split('\n')).toEqual([
    'stream               rows  messages   sent  acknowledged  sent again  after the end',
    'pedestrian-counts  12,683    12,683  6,500         6,400           0              0',
    'bin-levels            930       976    976           976          12              0',
    '6,283 messages are not acknowledged: stopped by hand.',
  ])
  expect(outcomeTable({ streams: [], complete: true, reason: null })).toContain('Every message is acknowledged.')
})

test('a terminal is redrawn in place, cut to its width; a log gets a plain line every few seconds', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const words = { lines: () => ['one and more', 'two'], line: () => 'one line' }
  const [terminal, log]: [string[], string[]] = [[], []]
  const stops = [
    display(words, { isTTY: true, columns: 8, write: (text) => terminal.push(text) }),
    display(words, { write: (text) => log.push(text) }),
  ]
  vi.advanceTimersByTime(10_000)
  for (const stop of stops) stop()
  vi.advanceTimersByTime(10_000)
  expect(terminal[0]).toBe('\r\u001b[Kone and\n\r\u001b[Ktwo\n')
  expect(terminal[1]).toBe(`\u001b[2A${terminal[0]}`)
  expect(terminal.length).toBe(52)
  expect(log).toEqual(['one line\n', 'one line\n'])
})
