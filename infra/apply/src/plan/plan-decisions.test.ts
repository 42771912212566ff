import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Decision, type DecisionRecord, loadCity, parseDecisionRecord, type Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { observed } from './observed-fixture.ts'
import { planDecisions } from './plan-decisions.ts'
import { planSteps } from './plan-steps.ts'

const city = await loadCity(join(import.meta.dirname, '..', '..', '..', '..', 'schemas'))
const bins = city.streams.find((s) => s.name === 'bin-levels')!
const NOW = Date.parse('2026-11-25T10:00:00Z')
const PROLONGED: Decision = { decision: 'prolonged', on: '2026-11-20', by: 'x', reference: null, review: '2040-01-01', reason: null }
const CHANGED: Decision = { ...PROLONGED, decision: 'changed', review: null, reason: 'more' }
const WITHDRAWN: Decision = { ...CHANGED, decision: 'withdrawn', reason: 'less' }

const planFor = (stream: Stream, topic: readonly DecisionRecord[], table = topic) =>
  planDecisions(stream, { decisions: { topic, table } }, NOW)
const recordsOf = (stream: Stream, topic: readonly DecisionRecord[] = []) =>
  planFor(stream, topic).steps.flatMap((s) => (s.do === 'record decisions' ? s.records : []))
const decided = (...more: Decision[]): Stream => ({ ...bins, decisions: [...bins.decisions, ...more] })
const FIRST = recordsOf(bins)

test('the first decision is recorded with what it covers, in both places', () => {
  expect(FIRST).toMatchObject([
    {
      ...{ stream: 'bin-levels', number: 1, decision: 'approved', on: '2018-06-01', by: 'Privacy Officer', review: '2036-06-01' },
      ...{ previous: '', recorded: '2026-11-25T10:00:00.000Z', scope: { access: 'public', properties: { fullness: '1' } } },
    },
  ])
  const said = ['bin-levels', 1, 'approved', '2018-06-01', 'Privacy Officer', 'PIA-2018-003', '2036-06-01', null, '']
  expect(FIRST[0]?.digest).toBe(createHash('sha256').update(JSON.stringify(said)).digest('hex'))
  expect(planFor(bins, []).steps.map((s) => s.do)).toEqual(['record decisions', 'show decisions'])
  expect(planFor(bins, FIRST)).toEqual({ steps: [], refusals: [], notes: [] })
})

test('a decision more is one record more, chained to the one before; what one place lost comes from the other', () => {
  const both = [...FIRST, ...recordsOf(decided(PROLONGED), FIRST)]
  expect(both[1]).toMatchObject({ number: 2, decision: 'prolonged', previous: FIRST[0]?.digest })
  expect(planFor(decided(PROLONGED), both).steps).toEqual([])
  expect(planFor(decided(PROLONGED), both, []).steps).toEqual([{ do: 'show decisions', stream: 'bin-levels', records: both }])
  expect(planFor(decided(PROLONGED), FIRST, both).steps).toEqual([{ do: 'record decisions', stream: 'bin-levels', records: [both[1]] }])
})

test('a recorded decision that left the repository, or was rewritten, is refused with its words', () => {
  const both = [...FIRST, ...recordsOf(decided(PROLONGED), FIRST)]
  const [removed] = planFor(bins, both).refusals
  expect(removed).toMatch(
    /decision 2 was recorded on 2026-11-25 as "\{ decision: prolonged, on: 2026-11-20, by: x, review: 2040-01-01 \}" and is no longer/,
  )
  const rewritten = { ...bins, decisions: [{ ...bins.decisions[0]!, by: 'nobody' }] }
  expect(planFor(rewritten, FIRST).refusals.join()).toMatch(/as "\{.*by: Privacy Officer.*" and is now: \{.*by: nobody/)
  expect(planFor({ ...bins, decisions: [] }, FIRST)).toMatchObject({ steps: [], refusals: [/./].map((r) => expect.stringMatching(r)) })
})

test('two places that tell different stories are refused', () => {
  const [other] = recordsOf({ ...bins, decisions: [{ ...bins.decisions[0]!, by: 'nobody' }] })
  expect(planFor(bins, FIRST, [other!]).refusals.join()).toMatch(/decision 1 was recorded/)
  const second = recordsOf(decided(PROLONGED), FIRST)
  expect(planFor(decided(PROLONGED), second).refusals.join()).toMatch(/not whole/)
})

test('a stream that goes beyond its approval is refused until a decision covers it; a prolonging does not', () => {
  const more: Partial<Stream> = { retention: { ...bins.retention, readingsMs: bins.retention.readingsMs * 2 } }
  expect(planFor({ ...bins, ...more }, FIRST).refusals.join()).toMatch(
    /goes beyond what Privacy Officer approved on 2018-06-01: retention.readings is longer.*decisions.yaml: - \{ decision: changed.*first line is - \{ decision: approved, on: 2018-06-01/,
  )
  expect(planFor({ ...decided(PROLONGED), ...more }, FIRST).refusals).toHaveLength(1)
  const changed = [...FIRST, ...recordsOf({ ...decided(CHANGED), ...more }, FIRST)]
  expect(planFor({ ...decided(CHANGED), ...more }, changed)).toEqual({ steps: [], refusals: [], notes: [] })
  const narrower: Partial<Stream> = { retention: { ...bins.retention, readingsMs: 1 } }
  expect(planFor({ ...decided(CHANGED), ...narrower }, changed).refusals).toEqual([])
  expect(planFor({ ...decided(CHANGED, WITHDRAWN), purpose: 'other' }, changed).refusals).toEqual([])
})

test('a record whose digest is not its own is no record', () => {
  expect(parseDecisionRecord(JSON.stringify(FIRST[0]))).toEqual(FIRST[0])
  expect(() => parseDecisionRecord(JSON.stringify({ ...FIRST[0], by: 'nobody' }))).toThrow(/no record of a decision/)
})

test('a stream that has no contract any more is named; its decisions stay', () => {
  const state = observed({ decisions: { topic: FIRST, table: FIRST } })
  const { notes } = planSteps({ ...city, streams: city.streams.filter((s) => s !== bins) }, state, { ttl: true, replication: 1, now: NOW })
  expect(notes).toEqual([expect.stringMatching(/^bin-levels was decided about and has no contract any more/)])
})
