import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TempCity, tempCity } from '../support/temp-city.ts'
import { approvalOf, approvalState } from './approval.ts'
import { Approvals, narrower } from './approvals.ts'
import { loadCity } from './load-city.ts'
import type { Assessment, Stream } from './stream.ts'

const CONTRACT = 'streams/bin-levels/contract.yaml'
const REVIEW = 'review: 2036-06-01 }'
const WITHDRAWN = 'review: 2036-06-01, withdrawn: { on: 2026-11-25, by: City Council, reason: cameras } }'
/** A moment of the 25th in Melbourne. */
const NOW = Date.parse('2026-11-25T03:00:00Z')

let city: TempCity
let bins: Stream
let approvals: Approvals
beforeEach(async () => {
  city = tempCity()
  const { streams } = await loadCity(city.dir)
  bins = streams.find((s) => s.name === 'bin-levels') as Stream
  approvals = new Approvals(city.dir, streams)
})
afterEach(() => city.end())

const written = () => readFileSync(join(city.dir, CONTRACT), 'utf8')
const state = () => approvalState(approvalOf(approvals.of(bins)), NOW)

test('a withdrawal counts while the service runs, and its decision stands in the record; one that is taken back again ends', () => {
  expect([approvals.look(), state()]).toEqual([[], 'approved'])
  city.edit(CONTRACT, REVIEW, WITHDRAWN)
  expect(state()).toBe('approved')
  expect([approvals.look(), state()]).toEqual([[], 'withdrawn'])
  expect(approvals.of(bins).decisions.map((d) => d.decision)).toEqual(['approved', 'withdrawn'])
  expect(approvals.look()).toEqual([])
  city.edit(CONTRACT, WITHDRAWN, REVIEW)
  expect([approvals.look(), state()]).toEqual([[], 'approved'])
})

test('an assessment that is gone, or ends earlier, counts; one that lets more in does not', () => {
  city.edit(CONTRACT, REVIEW, 'review: 2026-11-24 }')
  expect([approvals.look(), state()]).toEqual([[], 'expired'])
  city.edit(CONTRACT, 'review: 2026-11-24 }', 'review: 2099-06-01 }')
  expect([approvals.look(), approvals.of(bins).assessment?.review]).toEqual([[], '2036-06-01'])
  city.write(CONTRACT, written().replace(/^assessment: .*$/m, ''))
  expect([approvals.look(), state()]).toEqual([[], 'missing'])
})

test.each([
  ['half a file', (text: string) => text.slice(0, 400), /contract.yaml/],
  ['a day of no calendar', (text: string) => text.replace('2036-06-01', '2026-13-01'), /"2026-13-01" is no day of the calendar/],
  ['no YAML', () => 'a: b: c', /not YAML/],
])('%s changes nothing, and is told once', (_, spoil, said) => {
  city.write(CONTRACT, spoil(written()))
  expect(approvals.look()).toEqual([expect.stringMatching(said)])
  expect([approvals.look(), state()]).toEqual([[], 'approved'])
})

test('who takes an approval back is believed, also where the decisions do not say it yet', () => {
  city.write(
    'streams/bin-levels/decisions.yaml',
    '- { decision: approved, on: 2018-06-01, by: Privacy Officer, reference: PIA-2018-003, review: 2036-06-01 }\n',
  )
  city.edit(CONTRACT, REVIEW, WITHDRAWN)
  expect(approvals.look()).toEqual([expect.stringMatching(/make them agree/)])
  expect(state()).toBe('withdrawn')
})

test('of two assessments what both let in counts', () => {
  const one: Assessment = { reference: 'A', approved: '2020-01-01', by: 'x', review: '2030-01-01' }
  const withdrawn = (on: string) => ({ on, by: 'y', reason: 'z' })
  const other = { ...one, reference: 'B', approved: '2021-01-01', review: '2029-01-01', withdrawn: withdrawn('2028-01-01') }
  const both = { ...one, approved: '2021-01-01', review: '2029-01-01', withdrawn: withdrawn('2027-01-01') }
  expect(narrower({ ...one, withdrawn: withdrawn('2027-01-01') }, other)).toEqual(both)
  expect([narrower(one, one), narrower(one, null), narrower(null, one)]).toEqual([one, null, null])
})
