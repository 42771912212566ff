import { setTimeout as sleep } from 'node:timers/promises'
import { replay, type Filter } from '@commonstream/replay'
import { createLog } from '@commonstream/runtime'
import mqtt from 'mqtt'
import { expect, test } from 'vitest'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'
import { useStack } from '../support/stack-hooks.ts'

const stack = useStack()
const ALL: Filter = { streams: [], reasons: [], from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

async function run(confirm: boolean, filter: Filter = ALL) {
  const city = await twoStreams()
  const config = { schemas: '', brokers: stack().brokers, mqtt: { url: stack().url('mqtt'), user: undefined, password: undefined } }
  // A sensor that sent its level as text: the repair makes it a number.
  const repair = ({ payload, reason }: { payload: string; reason: string }) =>
    reason === 'invalid' ? payload.replace(/"(\d+)"/, '$1') : payload
  return replay({ config, city, filter, repair, confirm, log: createLog('replay', 'silent'), now: Date.now, onProgress: () => {} })
}

async function stored(sensor: string): Promise<number[]> {
  const query = `SELECT fullness FROM city.bin_levels_readings FINAL WHERE sensor = '${sensor}'`
  return (await (await stack().store.query({ query, format: 'JSONEachRow' })).json<{ fullness: number }>()).map((r) => r.fullness)
}

test('a refused message is mended and sent again, once; a dry run sends nothing', async () => {
  const client = await mqtt.connectAsync(stack().url('mqtt'))
  const at = new Date(Date.now() - 60_000).toISOString()
  await client.publishAsync('city/bin-levels/bin-03', JSON.stringify({ at, fullness: '6' }), { qos: 1 })
  await client.publishAsync('city/bin-levels/bin-99', JSON.stringify({ at, fullness: 6 }), { qos: 1 })
  await client.publishAsync('city/pedestrian-counts/41', JSON.stringify({ at, direction_1: 'many', direction_2: 0 }), { qos: 1 })
  await client.endAsync()

  const dry = await run(false)
  expect(dry.quarantined).toBe(3)
  expect(dry.sent.map((r) => r.reason).sort()).toEqual(['invalid', 'unregistered'])
  expect(dry.passed.get('no bytes kept')).toBe(1) // the protected stream's
  expect(await stored('bin-03')).toEqual([])

  const done = await run(true, { ...ALL, reasons: ['invalid'] })
  expect(done.sent).toHaveLength(1)
  for (const until = Date.now() + 20_000; (await stored('bin-03')).length === 0 && Date.now() < until; ) await sleep(200)
  expect(await stored('bin-03')).toEqual([6])

  const again = await run(true, { ...ALL, reasons: ['invalid'] })
  expect(again.sent).toEqual([])
  expect(again.passed.get('sent before')).toBe(1)
})
