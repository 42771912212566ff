import { fileURLToPath } from 'node:url'
import { type Decision, loadCity, type Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { decisionRows, type RecordedDecision } from './decisions.ts'

const { streams } = await loadCity(fileURLToPath(new URL('../../../../schemas', import.meta.url)))
const bins: Stream = streams.find((s) => s.name === 'bin-levels')!
const decision = (kind: Decision['decision'], on: string, more: Partial<Decision> = {}): Decision => ({
  ...{ decision: kind, on, by: 'the forum', reference: null, review: null, reason: null },
  ...more,
})
const APPROVED = decision('approved', '2023-03-01', { reference: 'PIA-1', review: '2024-03-01' })
const PROLONGED = decision('prolonged', '2024-05-01', { review: '2026-03-01' })
const WITHDRAWN = decision('withdrawn', '2025-05-01', { reason: 'cameras' })
const recorded = (decisions: readonly Decision[]): RecordedDecision[] =>
  decisions.map((d, i) => ({ ...d, number: i + 1, recorded: Date.parse('2026-01-01T00:00:00Z'), digest: `d${i + 1}` }))
const shown = (contract: readonly Decision[], record: readonly Decision[], now: string) =>
  decisionRows({ ...bins, decisions: contract }, recorded(record), Date.parse(now)).map(
    (r) => `${r.number ?? '-'} ${r.decision} ${r.on} ${r.recorded === null ? 'unrecorded' : 'recorded'} ${r.in_contract}`,
  )

test('what is recorded, what is not yet, and what ran out between', () => {
  const all = [APPROVED, PROLONGED, WITHDRAWN]
  expect(shown(all, all.slice(0, 2), '2026-04-01T00:00:00Z')).toEqual([
    '1 approved 2023-03-01 recorded true',
    '- expired 2024-03-02 unrecorded true',
    '2 prolonged 2024-05-01 recorded true',
    '3 withdrawn 2025-05-01 unrecorded true',
  ])
})

test('an approval that runs out today has run out, in the city', () => {
  expect(shown([APPROVED], [APPROVED], '2024-03-01T12:59:59Z')).toHaveLength(1)
  expect(shown([APPROVED], [APPROVED], '2024-03-01T13:00:00Z')).toEqual([
    '1 approved 2023-03-01 recorded true',
    '- expired 2024-03-02 unrecorded true',
  ])
})

test('a recorded decision that the contract no longer has, or has otherwise, is said', () => {
  const rewritten = { ...APPROVED, by: 'nobody' }
  expect(shown([rewritten], [APPROVED, PROLONGED], '2024-06-01T00:00:00Z')).toEqual([
    '1 approved 2023-03-01 recorded false',
    '- expired 2024-03-02 unrecorded true',
    '2 prolonged 2024-05-01 recorded false',
  ])
})
