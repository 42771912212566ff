import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Filter, replay, replayConfig } from '@commonstream/replay'
import { createLog } from '@commonstream/runtime'
import mqtt from 'mqtt'
import { afterAll, expect, test } from 'vitest'
import { loadCity } from '@commonstream/schemas'
import { TWO } from '@commonstream/schemas/support/two-streams.ts'
import { copyCity } from '../support/city-folder.ts'
import { useStack } from '../support/stack-hooks.ts'

const schemas = copyCity(mkdtempSync(path.join(os.tmpdir(), 'city-replay-')), [...TWO, 'microclimate'])
const stack = useStack({ schemas })
afterAll(() => rmSync(schemas, { recursive: true, force: true }))
const ALL: Filter = { streams: [], reasons: [], from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

async function run(confirm: boolean, filter: Filter = ALL) {
  const city = await loadCity(schemas)
  const config = replayConfig(stack().env())
  // A sensor that sent its level as text: the repair makes it a number.
  const repair = ({ payload, reason }: { payload: string; reason: string }) =>
    reason === 'invalid' ? payload.replace(/"(\d+)"/, '$1').replace('"loud"', '61.5') : payload
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

test('a row of a CSV message that was refused alone goes again in the names of its stream', async () => {
  const microclimate = (await loadCity(schemas)).streams.find((s) => s.name === 'microclimate')!
  const { sensor, at, fields = {} } = microclimate.source.payload!
  const columns = [sensor, at, ...Object.values(fields)].map(String)
  const id = microclimate.sensors[0]!.id
  const time = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  const row = (minutes: number, noise: string) => {
    const cells: Record<string, string> = { [String(sensor)]: id, [String(at)]: time(minutes), [String(fields['noise'])]: noise }
    return columns.map((name) => cells[name] ?? '1').join()
  }
  const client = await mqtt.connectAsync(stack().url('mqtt'))
  await client.publishAsync(`city/microclimate/${id}`, [columns.join(), row(20, '50'), row(5, 'loud')].join('\n'), { qos: 1 })
  await client.endAsync()
  const noises = async () => {
    const query = 'SELECT noise FROM city.microclimate_readings FINAL ORDER BY at'
    return (await (await stack().store.query({ query, format: 'JSONEachRow' })).json<{ noise: number | string }>()).map((r) =>
      Number(r.noise),
    )
  }
  const done = await run(true, { ...ALL, streams: ['microclimate'] })
  expect([done.sent.map((r) => r.reason), done.cannot]).toEqual([['invalid'], []])
  await expect.poll(noises, { timeout: 20_000, interval: 200 }).toEqual([500, 615]) // tenths
})
