import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { whileThere } from './while-there.ts'

test('what ends soon is not disturbed: the store is not even asked', async () => {
  let asked = 0
  const fault = async () => void asked++
  expect(await whileThere(fault, async () => 7, 1_000)).toBe(7)
  await expect(whileThere(fault, async () => Promise.reject(new Error('refused')), 1_000)).rejects.toThrow('refused')
  expect(asked).toBe(0)
})

test('what takes long is waited for while the store is there', async () => {
  let asked = 0
  const fault = async () => (asked++, null)
  expect(await whileThere(fault, () => sleep(80, 'late'), 10)).toBe('late')
  expect(asked).toBeGreaterThan(1)
})

test('a store that is gone ends the wait with its fault, and the work is told', async () => {
  const gone = new Error('no answer in 2 s')
  let told: unknown = null
  const forever = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        told = signal.reason
        reject(new Error('aborted'))
      })
    })
  await expect(whileThere(async () => gone, forever, 10)).rejects.toBe(gone)
  expect(told).toBe(gone)
})
