import { afterEach, beforeEach, expect, test } from 'vitest'
import { faultsOf } from '../support/faults-of.ts'
import { type TempCity, tempCity } from '../support/temp-city.ts'
import { assessmentAfter, decisionsOf } from './decisions.ts'
import { loadCity } from './load-city.ts'
import type { Decision } from './stream.ts'

const decision = (kind: Decision['decision'], on: string, more: Partial<Decision> = {}): Decision => ({
  ...{ decision: kind, on, by: 'the forum', reference: null, review: null, reason: null },
  ...more,
})
const APPROVED = decision('approved', '2023-03-01', { reference: 'PIA-1', review: '2025-03-01' })

test('an assessment tells of its approval and of its withdrawal', () => {
  const assessment = { reference: 'PIA-1', approved: '2023-03-01', by: 'the forum', review: '2025-03-01' }
  expect(decisionsOf(null)).toEqual([])
  expect(decisionsOf(assessment)).toEqual([APPROVED])
  const withdrawn = { on: '2024-01-01', by: 'the council', reason: 'cameras' }
  const both = [APPROVED, decision('withdrawn', '2024-01-01', { by: 'the council', reason: 'cameras' })]
  expect(decisionsOf({ ...assessment, withdrawn })).toEqual(both)
  expect(assessmentAfter(both)).toEqual({ ...assessment, withdrawn })
})

test('decisions come to an assessment, one after the other', () => {
  const changed = decision('changed', '2024-02-01', { by: 'another', reference: 'PIA-1b' })
  const prolonged = decision('prolonged', '2025-02-01', { review: '2027-03-01' })
  const again = decision('approved', '2026-09-01', { by: 'the council', reference: 'PIA-9', review: '2030-01-01' })
  const withdrawn = decision('withdrawn', '2026-05-01', { reason: 'cameras' })
  const kept = { reference: 'PIA-1b', approved: '2023-03-01', by: 'the forum' }
  expect(assessmentAfter([APPROVED, changed])).toEqual({ ...kept, review: '2025-03-01' })
  expect(assessmentAfter([APPROVED, changed, prolonged])).toEqual({ ...kept, review: '2027-03-01' })
  expect(assessmentAfter([APPROVED, changed, prolonged, withdrawn, again])).toEqual({
    ...{ reference: 'PIA-9', approved: '2026-09-01', by: 'the council', review: '2030-01-01' },
  })
})

test.each([
  [[decision('prolonged', '2024-01-01', { review: '2026-01-01' })], /where nothing is approved/],
  [[APPROVED, decision('changed', '2022-01-01')], /dated before the one above/],
  [[APPROVED, decision('prolonged', '2024-01-01')], /needs "review"/],
  [[APPROVED, decision('withdrawn', '2024-01-01')], /needs "reason"/],
  [[APPROVED, decision('withdrawn', '2024-01-01', { reason: 'x' }), decision('changed', '2024-02-01')], /only "approved" can follow/],
  [[decision('approved', '2023-03-01')], /needs "reference" and "review"/],
])('what cannot follow is told', (decisions, said) => expect(() => assessmentAfter(decisions)).toThrow(said))

const BIN = 'streams/bin-levels'
let city: TempCity
beforeEach(() => {
  city = tempCity()
})
afterEach(() => city.end())

const FIRST = '- { decision: approved, on: 2018-06-01, by: Privacy Officer, reference: PIA-2018-003, review: 2020-06-01 }\n'
const decisions = async () => (await loadCity(city.dir)).streams.find((s) => s.name === 'bin-levels')?.decisions

test('without decisions.yaml the contract tells of its one approval; with it, both must agree', async () => {
  expect(await decisions()).toHaveLength(1)
  city.write(`${BIN}/decisions.yaml`, `${FIRST}- { decision: prolonged, on: 2020-05-20, by: Privacy Officer, review: 2036-06-01 }\n`)
  expect((await decisions())?.map((d) => d.decision)).toEqual(['approved', 'prolonged'])
  city.write(`${BIN}/decisions.yaml`, FIRST)
  expect(await faultsOf(city.dir)).toEqual([
    expect.stringMatching(/decisions.yaml:1: these decisions come to .*review 2020-06-01, but contract.yaml says .*review 2036-06-01/),
  ])
})

test.each([
  [`${FIRST}- { decision: prolonged, on: 2020-05-20, by: x }\n`, /decisions.yaml:2: decision 2 needs "review"/],
  [`${FIRST}- { decision: prolonged, on: 2020-02-30, by: x, review: 2036-06-01 }\n`, /decisions.yaml:2: "2020-02-30" is no day/],
  [`${FIRST}- { decision: allowed, on: 2020-02-20, by: x }\n`, /"1.decision" must be one of approved, changed, prolonged, withdrawn/],
  [`${FIRST}- { decision: prolonged, on: 2020-02-20 }\n`, /lacks "by"/],
  ['[]\n', /must not have fewer than 1 items/],
])('a decision that is none is told with its line', async (text, said) => {
  city.write(`${BIN}/decisions.yaml`, text)
  expect((await faultsOf(city.dir)).join('\n')).toMatch(said)
})
