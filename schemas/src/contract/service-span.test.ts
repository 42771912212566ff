import { expect, test } from 'vitest'
import { serviceSpan } from './service-span.ts'

const zone = 'Australia/Melbourne'

test('a sensor is in service from the day it was installed to the end of the day it was removed', () => {
  expect(serviceSpan({ installed: null, removed: null }, zone)).toBeNull()
  expect(serviceSpan({ installed: '2023-04-02', removed: '2023-10-01' }, zone)).toEqual({
    from: Date.parse('2023-04-02T00:00:00+11:00'), // the day that clocks went back
    until: Date.parse('2023-10-02T00:00:00+11:00'), // the day after they went forward
  })
  expect(serviceSpan({ installed: '2023-04-02', removed: null }, zone)?.until).toBe(Number.POSITIVE_INFINITY)
  expect(serviceSpan({ installed: null, removed: '2023-04-02' }, zone)?.from).toBe(Number.NEGATIVE_INFINITY)
})
