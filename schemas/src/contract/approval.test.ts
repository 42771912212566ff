import { expect, test } from 'vitest'
import { approvalOf, approvalReason, approvalState, isApproved } from './approval.ts'

const time = { zone: 'Australia/Melbourne', aheadMs: 0, behindMs: 0, latenessMs: 0, catchUpMs: 0 }
const assessment = { reference: 'PIA-7', approved: '2023-03-01', by: 'the forum', review: '2036-03-01' }
const withdrawn = { ...assessment, withdrawn: { on: '2026-04-05', by: 'the forum', reason: 'the counters were swapped for cameras' } }

test('an approval holds from its day to the end of the day of its review, in the city', () => {
  const approval = approvalOf({ assessment, time })!
  expect(approval.from).toBe(Date.parse('2023-03-01T00:00:00+11:00'))
  expect(approval.until).toBe(Date.parse('2036-03-02T00:00:00+11:00'))
  expect(approval.warnFrom).toBe(Date.parse('2036-01-01T00:00:00+11:00'))
  expect(isApproved(approval, approval.from)).toBe(true)
  expect(isApproved(approval, approval.from - 1)).toBe(false)
  expect(isApproved(approval, approval.until - 1)).toBe(true)
  expect(isApproved(approval, approval.until)).toBe(false)
})

test('a withdrawal ends it with the beginning of its day, daylight saving or not', () => {
  const approval = approvalOf({ assessment: withdrawn, time })!
  expect(approval.until).toBe(Date.parse('2026-04-05T00:00:00+11:00'))
  expect(isApproved(approval, approval.until - 1)).toBe(true)
  expect(isApproved(approval, approval.until)).toBe(false)
})

test('a stream without an assessment is never approved', () => {
  const approval = approvalOf({ assessment: null, time })
  for (const now of [0, Date.parse('2026-01-01T00:00:00Z'), 8e15]) expect(isApproved(approval, now)).toBe(false)
})

test.each([
  [null, '2026-01-01T00:00:00Z', 'missing', /no privacy assessment/],
  [assessment, '2023-02-28T12:59:59Z', 'not_yet', /PIA-7 is in force from 2023-03-01/],
  [assessment, '2023-02-28T13:00:00Z', 'approved', /^null$/],
  [assessment, '2035-12-31T12:59:59Z', 'approved', /^null$/],
  [assessment, '2035-12-31T13:00:00Z', 'review_due', /must be reviewed by 2036-03-01/],
  [assessment, '2036-03-01T13:00:00Z', 'expired', /was to be reviewed by 2036-03-01/],
  [withdrawn, '2026-04-04T12:59:59Z', 'approved', /^null$/],
  [withdrawn, '2026-04-04T13:00:00Z', 'withdrawn', /withdrawn on 2026-04-05 by the forum: the counters were swapped/],
  [{ ...withdrawn, review: '2026-04-01' }, '2026-05-01T00:00:00Z', 'expired', /reviewed by 2026-04-01/],
])('%j at %s is %s, and says why', (given, now, state, reason) => {
  expect(approvalState(approvalOf({ assessment: given, time }), Date.parse(now))).toBe(state)
  expect(String(approvalReason({ assessment: given }, state as 'missing'))).toMatch(reason)
})
