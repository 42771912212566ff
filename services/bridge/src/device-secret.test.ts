import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { deviceSecret } from './device-secret.ts'

const dir = await mkdtemp(path.join(tmpdir(), 'bridge-secret-'))
afterAll(() => rm(dir, { recursive: true }))

test('the secret is the device token of the data folder', async () => {
  await writeFile(path.join(dir, 'tokens.json'), '{"operations":"a","device":"0123456789abcdef"}')
  expect(await deviceSecret(dir)).toBe('0123456789abcdef')
})

test.each(['', '{}', '{"device":""}', '{"device":"short"}', 'null', '{"device":7}'])('tokens %j are no secret', async (text) => {
  await writeFile(path.join(dir, 'tokens.json'), text)
  await expect(deviceSecret(dir)).rejects.toThrow(expect.objectContaining({ code: 'NO_DEVICE_SECRET' }))
})

test('a missing file is no secret', async () => {
  await expect(deviceSecret(path.join(dir, 'nowhere'))).rejects.toThrow(/needs "device"/)
})
