import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { shippedRows } from '@commonstream/fleet'
import { faultEndpoint } from '@commonstream/fleet/support/fault-endpoint.ts'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../services/fleet/src/main.ts', import.meta.url))

interface Ended {
  code: number
  output: string
  errors: string
}

function fleet(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], ...env } }, (_error, output, errors) =>
      resolve({ code: child.exitCode ?? -1, output, errors }),
    )
  })
}

async function endpoint(options: Parameters<typeof faultEndpoint>[0] = {}) {
  const made = await faultEndpoint(options)
  onTestFinished(() => made.close())
  return made
}

test('every shipped row of two streams goes out, from 73 counters and one gateway, and the table says so', async () => {
  const { url, received, clients } = await endpoint()
  const streams = ['--stream', 'pedestrian-counts', '--stream', 'bin-levels']
  const { code, output, errors } = await fleet(['replay', ...streams, '--fast', '--url', url, '--shuffle', '9', '--duplicates', '0.05'])
  expect(errors).toBe('')
  expect(output).toMatch(/pedestrian-counts +12,683 +13,\d\d\d /)
  expect(output).toMatch(/bin-levels +930 /)
  expect(output).toContain('Every message is acknowledged.')
  expect(code).toBe(0)
  expect(clients.size).toBe(74)
  for (const stream of ['pedestrian-counts', 'bin-levels']) {
    const wanted = new Set(shippedRows(stream).map((row) => `city/${stream}/${row.sensor} ${JSON.stringify(row.payload)}`))
    const got = new Set(received.filter((m) => m.topic.startsWith(`city/${stream}/`)).map((m) => `${m.topic} ${m.payload}`))
    expect(got).toEqual(wanted)
  }
})

test("on the city's clock the replay ends with the clock: later rows are left out and told", async () => {
  const { url, received } = await endpoint()
  const env = { CITY_CLOCK: '2023-06-05T05:00:00+10:00@1800/2023-06-05T06:00:00+10:00', CITY_CLOCK_ORIGIN: String(Date.now()) }
  const { code, output } = await fleet(['replay', '--stream', 'bin-levels', '--url', url], env)
  expect(output).toMatch(/bin-levels +930 +915 +915 +915 +0 +15/)
  expect(code).toBe(0)
  // Bin n reports at 05:00 + 4 (n − 1) min: 16 of 31 by 06:00 on the last day.
  expect(received.length).toBe(29 * 31 + 16)
})

test('what is not acknowledged is told, with exit code 1; an option that makes no sense, with 2', async () => {
  const { url } = await endpoint({ acknowledges: () => false })
  const silent = await fleet(['replay', '--stream', 'bin-levels', '--fast', '--limit', '20', '--url', url, '--timeout', '3'])
  expect(silent.output).toContain('20 messages are not acknowledged: nothing was acknowledged for 3 s.')
  expect(silent.code).toBe(1)
  const odd = await fleet(['replay', '--stream', 'weather', '--url', url])
  expect(odd.errors).toContain('no stream "weather"')
  expect(odd.code).toBe(2)
})

test('a simulation of registered sensors runs for its time and tells its speed', async () => {
  const { url, received } = await endpoint()
  const { code, output } = await fleet([
    'simulate',
    '--stream',
    'pedestrian-counts',
    '--rate',
    '500',
    '--seconds',
    '1',
    '--duplicates',
    '0.1',
    '--url',
    url,
  ])
  expect(output).toContain('Every message is acknowledged; from sending to acknowledgement')
  expect(code).toBe(0)
  expect(new Set(received.map((m) => m.topic)).size).toBe(73)
  expect(received.length).toBeGreaterThan(500)
})
