import { expect, test } from 'vitest'
import { HttpProblem } from './http-problem.ts'

test('a problem is told as RFC 9457 has it, and knows its cause without telling it', () => {
  const cause = new Error('a value of somebody')
  const kind = { status: 422, title: 'Readings were refused' }
  const problem = new HttpProblem('readings-refused', kind, 'two of three', {
    more: { accepted: 1 },
    headers: { 'retry-after': '1' },
    cause,
  })
  expect(problem.toBody()).toEqual({
    type: '/problems/readings-refused',
    title: 'Readings were refused',
    status: 422,
    detail: 'two of three',
    accepted: 1,
  })
  expect([problem.status, problem.headers, problem.cause]).toEqual([422, { 'retry-after': '1' }, cause])
  expect(new HttpProblem('x', kind, 'y')).not.toHaveProperty('cause')
})
