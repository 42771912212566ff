import { expect, test } from 'vitest'
import { chaosTable, type Injection } from './chaos-table.ts'

const injection = (fault: string, recoveryMs: number | null, more: Partial<Injection> = {}): Injection => ({
  ...{ fault, events: 100, lost: 0, twice: 0, wrongWindows: 0, recoveryMs },
  ...more,
})

test('faults of one sort are one row: sums, and median and maximum of the recoveries; the last row is all of them', () => {
  const text = chaosTable([
    injection('worker: SIGKILL', 7_000),
    injection('bridge: SIGKILL', 1_234),
    injection('worker: SIGKILL', 9_000, { lost: 1, events: 1_000_000 }),
    injection('worker: SIGKILL', 500),
    injection('a request refused', null, { times: 40 }),
  ])
  expect(text).toBe(
    [
      'fault              times   events  lost  duplicated  wrong windows  recovery p50    max',
      'worker: SIGKILL        3  1000200     1           0              0         7.0 s  9.0 s',
      'bridge: SIGKILL        1      100     0           0              0         1.2 s  1.2 s',
      'a request refused     40      100     0           0              0             –      –',
      'all                   44  1000400     1           0              0         1.2 s  9.0 s',
    ].join('\n'),
  )
})
