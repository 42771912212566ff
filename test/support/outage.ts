import { setTimeout as sleep } from 'node:timers/promises'
import { retry } from '@commonstream/runtime'
import { type City, eventsTopic, type Stream } from '@commonstream/schemas'
import { expect } from 'vitest'
import { askQuery, healthOf, type PartAnswer } from './ask-stack.ts'
import { watchMemory, type WatchedMemory } from './memory-watch.ts'
import type { BridgeDetails } from './mqtt-bridge.ts'
import { compareSent, missingRefused } from './outage-check.ts'
import type { Fault } from './outage-faults.ts'
import { type RunningLoad, type SentEvent, startLoad, startMqttSensor } from './outage-load.ts'
import { pidOf } from './process.ts'
import type { TestStack } from './stack.ts'
import { certifiedOf } from './worker.ts'

/** What one fault did. */
export interface Ride {
  readonly fault: string
  readonly secondsAway: number
  /** Distinct events that were acknowledged to sensors from before the fault until after it. */
  readonly events: number
  readonly lost: number
  readonly twice: number
  /** From its coming back until every part is ready and everything up to then is certified. */
  readonly secondsToRecover: number
  readonly wrong: readonly string[]
  /** Connections that clients lost and made again, by the bridge's count. */
  readonly reconnected: number
  readonly memory: ReadonlyMap<string, readonly WatchedMemory[]>
}

interface Status {
  readonly ready: boolean
  readonly parts: readonly (PartAnswer & { readonly service: string })[]
  readonly streams: readonly { readonly stream: string; readonly reason: string | null }[]
}

/** Messages per second of each stream. */
const RATE = 100
const POLL = { timeout: 30_000, interval: 50 }
const RECOVERY = { timeout: 90_000, interval: 100 }

/** Rides out one fault under a live load of all streams. @throws where somebody does not say what is wrong, or it does not recover */
export type RideOut = (fault: Fault, awayMs: number) => Promise<Ride>

/** For the faults of one stack, one after the other: everything ever sent is compared after each. */
export function rideOn(stack: TestStack, city: City): RideOut {
  const sent = new Map<Stream, SentEvent[]>(city.streams.map((s) => [s, []]))
  const refused: string[] = []
  let rides = 0
  return async (fault, awayMs) => {
    const loads = await startLoads(stack, city, ++rides)
    try {
      const seen = await underLoad(stack, city, fault, awayMs, loads)
      const added = await Promise.all(loads.map(async ({ stream, load }) => ({ stream, ...(await load.stop()) })))
      for (const more of added) sent.get(more.stream)?.push(...more.events)
      refused.push(...added.flatMap((a) => a.refused))
      await recovered(stack, city)
      await expect.poll(() => missingRefused(stack, refused), RECOVERY).toEqual([])
      const compared = await Promise.all([...sent].map(([stream, all]) => compareSent(stack, stream, all)))
      return {
        ...seen,
        events: sum(added, (a) => a.events.length),
        lost: sum(compared, (c) => c.lost),
        twice: sum(compared, (c) => c.twice),
        wrong: compared.flatMap((c) => c.wrong),
      }
    } catch (error) {
      await Promise.allSettled(loads.map(({ load }) => load.stop()))
      throw error
    }
  }
}

type Seen = Pick<Ride, 'fault' | 'secondsAway' | 'secondsToRecover' | 'reconnected' | 'memory'>

/** The fault itself, from sensors at work to sensors at work. */
async function underLoad(stack: TestStack, city: City, fault: Fault, awayMs: number, loads: readonly StreamLoad[]): Promise<Seen> {
  await expect.poll(() => loads.every(({ load }) => load.acknowledged() > 0), POLL).toBe(true)
  await recovered(stack, city)
  const before = await bridgeCounters(stack)
  const endWatch = watchMemory(() => ({ bridge: pidOf(stack.dir, 'bridge'), worker: pidOf(stack.dir, 'worker') }))
  const began = performance.now()
  await awayFor(stack, city, fault, awayMs)
  const back = performance.now()
  await recovered(stack, city)
  const recoveredAt = performance.now()
  const marks = loads.map(({ load }) => load.acknowledged())
  await expect.poll(() => loads.every(({ load }, i) => load.acknowledged() > (marks[i] as number)), POLL).toBe(true)
  const reconnected = await allBack(fault, async () => reconnections(fault, loads, before, await bridgeCounters(stack)))
  const secondsAway = (back - began) / 1_000
  return { fault: fault.name, secondsAway, secondsToRecover: (recoveredAt - back) / 1_000, reconnected, memory: endWatch() }
}

interface StreamLoad {
  readonly stream: Stream
  readonly load: RunningLoad
}

async function startLoads(stack: TestStack, city: City, seed: number): Promise<StreamLoad[]> {
  const url = stack.url('mqtt')
  const calm = city.streams.find((s) => s.disclosure === null) as Stream
  const busy = city.streams.map((stream) => ({ stream, load: startLoad({ url, stream, rate: RATE, seed }) }))
  return [...busy, { stream: calm, load: await startMqttSensor(url, calm) }]
}

/** The fault from its beginning until what went away is there again. */
async function awayFor(stack: TestStack, city: City, fault: Fault, awayMs: number): Promise<void> {
  const began = performance.now()
  const pid = stack.pid(fault.part)
  await stack.kill(fault.part, fault.begin)
  await saysSo(stack, city, fault)
  if (fault.end !== null) {
    await sleep(Math.max(0, awayMs - (performance.now() - began)))
    await stack.kill(fault.part, fault.end)
  }
  // A port may still be open for a moment after its process is gone.
  if (fault.end !== 'SIGCONT') await expect.poll(() => pidOf(stack.dir, fault.part) ?? pid, RECOVERY).not.toBe(pid)
  await stack.waitReady(fault.part)
}

/** The worker says that it waits, and whoever asks how things are is told what is wrong, in words. */
async function saysSo(stack: TestStack, city: City, { name, part, says, waits }: Fault): Promise<void> {
  if (waits !== null) {
    const waiting = async () => {
      const { ready, parts } = await healthOf(stack, 'worker')
      return { ready, part: parts.find((p) => p.name === waits) }
    }
    const wanted = { ready: false, part: { state: 'waiting', reason: expect.stringMatching(/./) } }
    await expect.poll(waiting, { ...POLL, message: `${name}: the worker waits` }).toMatchObject(wanted)
  }
  if (Object.keys(says).length === 0) return
  const told = async () => {
    const { ready, parts, streams } = await statusOf(stack)
    const reasons = Object.keys(says).map((place) => [place, parts.find((p) => `${p.service}/${p.name}` === place)?.reason])
    return { ready, ...Object.fromEntries(reasons), streams: streams.map((s) => s.reason) }
  }
  const words = Object.fromEntries(Object.entries(says).map(([place, reason]) => [place, expect.stringMatching(reason)]))
  const streams = part === 'clickhouse' ? { streams: city.streams.map(() => expect.stringMatching(STORE_AWAY)) } : {}
  const tells = async () => {
    await expect.poll(told, { ...POLL, message: `${name}: what the status says` }).toMatchObject({ ready: false, ...words, ...streams })
  }
  await Promise.all([
    tells(),
    ...(part === 'clickhouse' ? [lagGrows(stack), ...city.streams.map((stream) => refusesData(stack, stream))] : []),
  ])
}

/** What nobody certifies is lag, though it is read and folded. */
async function lagGrows(stack: TestStack): Promise<void> {
  const lags = async () => {
    const text = await (await fetch(`${stack.url('worker')}/metrics`)).text()
    return [...text.matchAll(/^city_worker_lag_(records|seconds)\{.*\} (\S+)$/gm)]
      .filter(([, , n]) => Number(n) > 0)
      .map(([, unit]) => String(unit))
  }
  await expect.poll(async () => [...new Set(await lags())].sort(), POLL).toEqual(['records', 'seconds'])
}

const STORE_AWAY = /The store \(ClickHouse\) does not answer/

/** Who asks for data is not left waiting: the service says within seconds why there are none. */
async function refusesData(stack: TestStack, stream: Stream): Promise<void> {
  const response = await fetch(`${stack.url('query')}/v1/streams/${stream.name}/latest`, { signal: AbortSignal.timeout(8_000) })
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ status: 503, detail: expect.stringMatching(STORE_AWAY) })
}

/** Waits until every part is ready and everything that is in the log by now is certified. */
async function recovered(stack: TestStack, city: City): Promise<void> {
  const ends = await logEnds(stack, city)
  await expect.poll(async () => (await statusOf(stack)).parts.filter((p) => p.state !== 'ready'), RECOVERY).toEqual([])
  for (const [stream, partitions] of ends) {
    const behind = async () => {
      const certified = await certifiedOf(stack, stream)
      return partitions.filter(({ partition, end }) => (certified.get(partition) ?? -1) < end - 1)
    }
    await expect.poll(behind, RECOVERY).toEqual([])
  }
}

type Ends = readonly { readonly partition: number; readonly end: number }[]

/** A broker that was away has no leaders for a moment: it is asked again. */
async function logEnds(stack: TestStack, city: City): Promise<Map<string, Ends>> {
  const admin = stack.kafka.admin()
  await admin.connect()
  try {
    const endsOf = async (topic: string): Promise<Ends> =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ partition, end: Number(high) }))
    const ends = new Map<string, Ends>()
    for (const { name } of city.streams)
      ends.set(name, await retry(() => endsOf(eventsTopic(name)), { tries: 40, minMs: 200, maxMs: 1_000 }))
    return ends
  } finally {
    await admin.disconnect()
  }
}

function statusOf(stack: TestStack): Promise<Status> {
  return askQuery<Status>(stack, '/v1/status')
}

interface Connections {
  /** Ever accepted by the bridge that runs now. */
  readonly accepted: number
  /** Those that the bridge ended itself. */
  readonly ended: number
}

async function bridgeCounters(stack: TestStack): Promise<Connections> {
  const { packets } = (await healthOf<BridgeDetails>(stack, 'bridge')).details
  const count = (name: string) => packets[name] as number
  return { accepted: count('connections'), ended: count('timedOut') + count('faulty') + count('takenOver') }
}

/** Clients come back each in its own time: how many there were once there are as many as the fault breaks, or patience ends. */
async function allBack({ reconnects }: Fault, count: () => Promise<number>): Promise<number> {
  const least = reconnects === 'some' ? 1 : reconnects
  for (const until = performance.now() + POLL.timeout; ; await sleep(POLL.interval)) {
    const counted = await count()
    if (counted >= least || performance.now() > until) return counted
  }
}

/** A bridge that was started again has no other connections than those that were made again. */
function reconnections({ part, end }: Fault, loads: readonly StreamLoad[], before: Connections, after: Connections): number {
  if (part === 'bridge' && end !== 'SIGCONT') return after.accepted
  return Math.max(...loads.map(({ load }) => load.closes() ?? 0), after.accepted - before.accepted, after.ended - before.ended)
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0)
}
