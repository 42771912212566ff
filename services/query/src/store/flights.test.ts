import { expect, test } from 'vitest'
import { Flights } from './flights.ts'

test('equal work in flight is done once; done, failed or other work is done anew', async () => {
  const flights = new Flights()
  let done = 0
  const work = async () => ++done
  expect(await Promise.all(['a', 'a', 'b', 'a'].map((key) => flights.run(key, work)))).toEqual([1, 1, 2, 1])
  expect(await flights.run('a', work)).toBe(3)
  const fail = () => Promise.reject(new Error('away'))
  const failed = await Promise.allSettled([flights.run('a', fail), flights.run('a', work)])
  expect(failed.map((result) => result.status)).toEqual(['rejected', 'rejected'])
  expect(await flights.run('a', work)).toBe(4)
})
