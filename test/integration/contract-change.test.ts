import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { apply, type Clients, clientsOf, type Plan, plan, type Step } from '@commonstream/apply'
import { createLog } from '@commonstream/runtime'
import { type City, documentBytes, eventsTopic, loadCity, topicCodec, windowsTopic } from '@commonstream/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LAW } from '@commonstream/worker/fold/scale.ts'
import { changingCity } from '../support/changing-city.ts'
import { type BridgeProcess, startBridge } from '../support/mqtt-bridge.ts'
import { RawClient } from '../support/mqtt-client.ts'
import { readLog } from '../support/mqtt-kafka-log.ts'
import { freePort, leasePorts, type PortLease } from '../support/ports.ts'
import { useStack } from '../support/stack-hooks.ts'
import { spawnWorker } from '../support/worker.ts'

// A contract changes while its stream runs: bridges and workers of the old and of the new one at once.

const SIZE = 2_000
/** How long the marker may take into the log on a busy machine. */
const SLACK_MS = 3_000
const folder = mkdtempSync(path.join(os.tmpdir(), 'city-change-'))
const OLD = path.join(folder, 'old')
const NEW = path.join(folder, 'new')
changingCity(OLD, NEW)

const stack = useStack({ schemas: OLD, services: ['apply'] })
const leases: PortLease[] = []
let clients: Clients
let before: City
let after: City

beforeAll(async () => {
  ;[before, after] = await Promise.all([loadCity(OLD), loadCity(NEW)])
  const store = { url: stack().url('clickhouse'), user: 'default', password: '' }
  clients = clientsOf({ brokers: stack().brokers, store }, createLog('test', 'silent'))
  leases.push(await leasePorts(), await leasePorts())
})

afterAll(async () => {
  await clients.store.close()
  for (const lease of leases) await lease.release()
  rmSync(folder, { recursive: true, force: true })
})

interface Sent {
  readonly sensor: string
  readonly at: number
  readonly fullness: number
  /** Null: the bridge's contract does not know it. */
  readonly lid: number | null
  readonly weight: number | null
}

const only = (steps: readonly Step[]): Plan => ({ steps, refusals: [], notes: [] })
const rowsOf = async <T>(query: string) => (await stack().store.query({ query, format: 'JSONEachRow' })).json<T>()

async function bridgeOf(schemas: string, number: number): Promise<BridgeProcess> {
  const env = { CITY_SCHEMAS: schemas, CITY_BRIDGE_ID: `bridge-${number}` }
  return startBridge({ brokers: stack().brokers, dataDir: path.join(folder, `bridge-${number}`), offset: leases[number]!.offset, env })
}

/** Sensors that publish all the time, all fields of both contracts: what the bridge's own does not know is dropped there. */
async function publish(bridge: BridgeProcess, sensors: readonly string[], isNew: boolean, until: () => boolean): Promise<Sent[]> {
  const client = await RawClient.connect(bridge.mqttPort)
  const sent: Sent[] = []
  for (let n = 0; !until(); n++) {
    for (const sensor of sensors) {
      const [at, lid, weight] = [Date.now(), n % 3, 0.5 * (n % 7)]
      const payload = JSON.stringify({ at, seq: n, fullness: 2 * (n % 6), lid, weight })
      client.publish(`city/bin-levels/${sensor}`, payload, { id: sent.length + 1 })
      sent.push({ sensor, at, fullness: 2 * (n % 6), lid: isNew ? null : lid, weight: isNew ? weight : null })
    }
    await sleep(40)
  }
  await client.until((c) => c.acknowledged.length === sent.length, 20_000)
  client.destroy()
  return sent
}

/**
 * Applies the new contract as `make apply` does, but in force within seconds of the marker: its margin of a minute is for
 * clocks apart and interrupted runs. Returns the first window start that lives under it.
 */
async function change(): Promise<number> {
  const { steps, refusals } = await plan(after, clients, { ttl: true, replication: 1, now: Date.now() })
  expect(refusals).toEqual([])
  const recorded = steps.findIndex((s) => s.do === 'record document')
  const { record } = steps[recorded] as Extract<Step, { do: 'record document' }>
  await apply(only(steps.slice(0, recorded)), clients)
  const producer = stack().kafka.producer()
  await producer.connect()
  const { aheadMs } = record.document
  const from = Math.ceil((Date.now() + aheadMs + LAW.skewMs + SLACK_MS) / SIZE) * SIZE
  const own = { ...record, document: { ...record.document, from } }
  const messages = [0, 1].map((partition) => ({ partition, value: documentBytes(own.document), headers: { kind: 'fold' } }))
  await producer.send({ topic: eventsTopic('bin-levels'), acks: -1, messages })
  await producer.disconnect()
  await apply(
    only([
      { do: 'record document', record: own, fresh: false },
      { do: 'close document', record: own },
    ]),
    clients,
  )
  return from
}

/** The bridges' last word, when they are gone: everything that they received is in Kafka. */
async function lastTicks(): Promise<void> {
  const producer = stack().kafka.producer()
  await producer.connect()
  const tick = (partition: number, bridge: string) => ({
    partition,
    value: null,
    headers: { kind: 'tick', bridge, asOf: String(Date.now()) },
  })
  const messages = [0, 1].flatMap((partition) => ['bridge-0', 'bridge-1'].map((bridge) => tick(partition, bridge)))
  await producer.send({ topic: eventsTopic('bin-levels'), acks: -1, messages })
  await producer.disconnect()
}

interface Row {
  readonly sensor: string
  readonly start: number
  readonly [figure: string]: number | string | null
}

/** What each window must say, from what was sent: the old contract's figures before `from`, the new one's from it on. */
function expected(sent: readonly Sent[], from: number): Map<string, Row> {
  const groups = Map.groupBy(sent, (s) => `${s.sensor}|${Math.floor(s.at / SIZE) * SIZE}`)
  return new Map(
    [...groups].map(([key, events]) => {
      const [sensor, start] = [key.split('|')[0] as string, Number(key.split('|')[1])]
      const isNew = start >= from
      const lids = events.flatMap((e) => e.lid ?? [])
      const weights = events.flatMap((e) => (e.weight === null ? [] : Math.round(e.weight * 10)))
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
      const fullness = events.map((e) => e.fullness)
      return [
        key,
        {
          ...{ sensor, start, count: events.length, fullness_sum: sum(fullness), fullness_min: isNew ? null : Math.min(...fullness) },
          ...{ lid_count: isNew ? null : lids.length, lid_sum: isNew ? null : sum(lids) },
          ...{ weight_count: isNew ? weights.length : null, weight_max: isNew && weights.length > 0 ? Math.max(...weights) : null },
        },
      ]
    }),
  )
}

test('properties come and go under old and new bridges and workers: nothing is lost, no window is computed in two ways', {
  timeout: 120_000,
}, async () => {
  const first = spawnWorker(stack(), { CITY_SCHEMAS: OLD })
  const second = spawnWorker(stack(), { CITY_SCHEMAS: NEW, CITY_WORKER_PORT: String(await freePort()) })
  const old = await bridgeOf(OLD, 0)
  let done = false
  const sending = [publish(old, ['bin-01', 'bin-02', 'bin-03'], false, () => done)]
  const from = await change()
  const young = await bridgeOf(NEW, 1)
  sending.push(publish(young, ['bin-04', 'bin-05', 'bin-06'], true, () => done))
  await sleep(Math.max(0, from - Date.now()) + 2_500)
  await first.stop()
  await sleep(2_000)
  done = true
  const sent = (await Promise.all(sending)).flat()
  await Promise.all([old.stop(), young.stop()])
  await sleep(1_100)
  await lastTicks()
  await second.caughtUp('bin-levels')
  await second.stop()

  const [stored] = await rowsOf<{ n: number; ids: number; weights: number; lids: number }>(
    'SELECT count() AS n, uniqExact(event_id) AS ids, count(weight) AS weights, count(lid) AS lids FROM city.bin_levels_readings FINAL',
  )
  const inNew = (s: Sent) => Math.floor(s.at / SIZE) * SIZE >= from
  expect(stored).toEqual({
    ...{ n: sent.length, ids: sent.length },
    weights: sent.filter((s) => inNew(s) && s.weight !== null).length,
    lids: sent.filter((s) => !inNew(s) && s.lid !== null).length,
  })
  expect(await rowsOf('SELECT sum(rejected) AS rejected FROM city.accounting FINAL')).toEqual([{ rejected: 0 }])

  const want = expected(sent, from)
  const figures = [...want.values()][0] as Row
  const columns = Object.keys(figures).filter((c) => c !== 'start')
  const have = await rowsOf<Row>(
    `SELECT toUnixTimestamp(window) * 1000 AS start, ${columns.join(', ')} FROM city.bin_levels_windows FINAL WHERE sensor != ''`,
  )
  for (const row of have) expect(row).toEqual(want.get(`${row.sensor}|${row.start}`))
  const starts = new Set(have.map((row) => row.start))
  expect([...starts].filter((s) => s < from).length).toBeGreaterThan(1)
  expect([...starts].filter((s) => s >= from).length).toBeGreaterThan(1)
  // Of windows that closed none is missing: up to the last one that is there for anybody.
  expect(have.length).toBe([...want.values()].filter((row) => row.start <= Math.max(...starts)).length)

  const codec = topicCodec(before, 'windows')
  const said = new Map<string, Set<string>>()
  for (const { value } of await readLog(stack().brokers, windowsTopic('bin-levels'))) {
    if (value === null) continue
    const record = codec.decode(value)
    const key = String(record['id'])
    said.set(key, (said.get(key) ?? new Set()).add(JSON.stringify(record)))
  }
  expect([...said.values()].filter((texts) => texts.size > 1)).toEqual([])
  expect(said.size).toBeGreaterThanOrEqual(have.length)
})
