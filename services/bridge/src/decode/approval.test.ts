import { expect, test } from 'vitest'
import { approvalOf, isApproved } from './approval.ts'

const time = { zone: 'Australia/Melbourne', aheadMs: 0, behindMs: 0, latenessMs: 0, catchUpMs: 0 }
const assessment = { reference: 'PIA', approved: '2023-03-01', by: 'the forum', review: '2036-03-01' }

test('an approval holds from its day to the end of the day of its review, in the city', () => {
  const approval = approvalOf({ assessment, time })
  expect(approval.from).toBe(Date.parse('2023-03-01T00:00:00+11:00'))
  expect(approval.until).toBe(Date.parse('2036-03-02T00:00:00+11:00'))
  expect(approval.warnFrom).toBe(Date.parse('2036-01-01T00:00:00+11:00'))
  expect(isApproved(approval, approval.from)).toBe(true)
  expect(isApproved(approval, approval.from - 1)).toBe(false)
  expect(isApproved(approval, approval.until - 1)).toBe(true)
  expect(isApproved(approval, approval.until)).toBe(false)
})

test('a stream without an assessment is never approved', () => {
  const approval = approvalOf({ assessment: null, time })
  for (const now of [0, Date.parse('2026-01-01T00:00:00Z'), 8e15]) expect(isApproved(approval, now)).toBe(false)
})
