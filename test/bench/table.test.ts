import { expect, test } from 'vitest'
import type { Row } from './row.ts'
import { table } from './table.ts'

const row = (section: string, what: string, cpuPerMillion: number): Row => ({
  ...{ section, what, load: 1.25, figures: { perSecond: 123_456.7, cpuPerMillion, peakMb: 99 } },
  wanted: [{ figure: 'cpuPerMillion', most: 3.3, kind: 'gate' }],
})
const rows = [row('worker', 'slow', 4), row('worker', 'quick', 2.5), { ...row('live', 'none wanted', 50), wanted: [] }]

test('a heading per section, a line per row, and whether its gate is met', () => {
  const lines = table(rows, true).split('\n')
  expect(lines.map((line) => line.trim().split(/ {2,}/)[0])).toEqual(['per s', 'worker', 'slow', 'quick', 'live', 'none wanted'])
  expect(lines[2]).toMatch(/123,457 +4\.00 +250,000 +99 +1\.3 +gate ≤ 3\.3 CPU-s\/M: MISSED$/)
  expect(lines[3]).toMatch(/2\.50 +400,000 .* gate ≤ 3\.3 CPU-s\/M: met$/)
  expect(lines[5]).toMatch(/99 +1\.3$/)
})

test('a job that is too short tells the gate and judges nothing', () => {
  expect(table(rows, false)).not.toMatch(/met|MISSED/)
  expect(table(rows, false)).toContain('gate ≤ 3.3 CPU-s/M')
})
