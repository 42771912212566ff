import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { loadAverage } from '../bench/process-figures.ts'
import { watchMemory } from '../support/memory-watch.ts'
import { memoryOf } from '../support/process.ts'
import { type StressBridge, startStressBridge } from '../support/stress-bridge.ts'
import { connectPacket, packetOf, StressClient } from '../support/stress-client.ts'
import { type HealthyClients, startHealthyClients } from '../support/stress-healthy.ts'

// Everything that clients can do to a bridge, one after the other on the same process, while healthy ones go on.
// A smaller share is for trying out the test itself.
const SHARE = Number(process.env['CITY_CHAOS_SHARE'] ?? 1)
const some = (count: number) => Math.ceil(count * SHARE)

const MB = 2 ** 20
/**
 * What a bridge may have resident beyond what it had when idle: 64 MB of messages that Kafka has not acknowledged and
 * 64 MB of bytes read and not taken (services/bridge/src/listen/limits.ts), 24 kB for each connection (socket, inbox,
 * queue) of the most there ever were, since their pages are not given back, and 256 MB for garbage
 * and what the allocator keeps, most of which comes while a backlog drains.
 */
const BOUND = (connections: number) => (64 + 64 + 256) * MB + connections * 24 * 1024

/**
 * What a bridge holds is a function of the bytes that are unacknowledged, not of time: once the 64 MB of all clients are
 * full, which takes seconds, no message is read any more; the rest of this time, and of any longer one, adds PINGREQs and
 * repeated tries of the same batches. Ten minutes and an hour are in simulated time (test/support/sim/long-outages.test.ts).
 */
const AWAY_MS = Number(process.env['CITY_CHAOS_AWAY_MS'] ?? 45_000)
/** Longer than one and a half times the keep alive of the healthy clients. */
const STILL_MS = 20_000
const HEALTHY = 50
/** More than the 64 MB that the bridge takes, together. */
const MOST_EACH = 400

let city: StressBridge
let healthy: HealthyClients
let idle: number
let mostEver = 0
let seq = 0
let clients: StressClient[] = []
const rows: string[] = []

const port = () => city.bridge.mqttPort
const topic = (i: number) => `city/pedestrian-counts/${city.stream.sensors[i % city.stream.sensors.length]?.id}`
const reading = () => JSON.stringify({ at: Date.now(), seq: ++seq, direction_1: 1, direction_2: 2 })
const packets = async () => (await city.bridge.health()).body.details.packets
const connections = async () => (await city.bridge.health()).body.details.connections

beforeAll(async () => {
  city = await startStressBridge()
  healthy = await startHealthyClients(port(), HEALTHY, topic, reading)
  await healthy.heard(60_000)
  idle = memoryOf(city.bridge.pid).now
})

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
})

afterAll(async () => {
  try {
    await healthy?.stop(60_000)
  } finally {
    await city?.stop()
    console.log([`idle at ${Math.round(idle / MB)} MB; healthy clients: ${HEALTHY}, ${healthy?.sent} messages`, HEAD, ...rows].join('\n'))
  }
})

const HEAD = `${'what'.padEnd(48)} clients  messages  peak MB  bound MB  healthy closed  load`

/** Does something to the bridge; afterwards its memory was within the bound, and no healthy client has lost anything. */
async function under(what: string, most: number, work: () => Promise<number>): Promise<void> {
  const endWatch = watchMemory(() => ({ bridge: city.bridge.pid }))
  const messages = await work().finally(endWatch)
  const peak = Math.max(...(endWatch().get('bridge') ?? []).map((m) => m.peak))
  mostEver = Math.max(mostEver, most)
  const bound = idle + BOUND(mostEver)
  const cells = [most, messages, Math.round(peak / MB), Math.round(bound / MB), healthy.closed, loadAverage()].map(String)
  rows.push(what.padEnd(48) + cells.map((cell, i) => cell.padStart([7, 10, 9, 10, 16, 6][i] as number)).join(''))
  for (const client of clients.splice(0)) client.destroy()
  expect(peak).toBeLessThan(bound)
  await expect.poll(() => healthy.unanswered < HEALTHY * 5, { timeout: 60_000 }).toBe(true)
  expect(healthy.closed).toBe(0)
}

/** A sensor has the bridge's five seconds for its CONNECT; thousands in one process that all begin at once have not. */
const BEGINNING = 250

async function connectMany(count: number, options: (i: number) => Parameters<typeof StressClient.connect>[1]): Promise<StressClient[]> {
  const all: StressClient[] = []
  while (all.length < count) {
    const wave = Array.from({ length: Math.min(BEGINNING, count - all.length) }, (_, i) => options(all.length + i))
    all.push(...(await Promise.all(wave.map((one) => StressClient.connect(port(), one)))))
  }
  return all
}

test('5,000 clients are connected at once, and each is answered', async () => {
  const count = some(5_000)
  await under('connections at once', count, async () => {
    clients = await connectMany(count, (i) => ({ clientId: `crowd-${i}` }))
    expect(await connections()).toBe(count + HEALTHY)
    clients.forEach((client, i) => client.publish(topic(i), reading()))
    await Promise.all(clients.map((client) => client.until((c) => c.unanswered === 0)))
    return count
  })
})

/** Clients that begin a PUBLISH, and connections that begin a CONNECT, and go on with a byte each second. */
async function startSlow(
  count: number,
): Promise<{ readonly publishes: readonly StressClient[]; readonly connects: readonly StressClient[]; trickle(second: number): void }> {
  const publishes = await connectMany(count, (i) => ({ clientId: `slow-${i}` }))
  const payload = 'x'.repeat(200_000)
  const publish = packetOf({ cmd: 'publish', topic: topic(0), payload, qos: 1, messageId: 1, retain: false, dup: false })
  // A hundred send almost all of it, which is 20 MB.
  publishes.forEach((client, i) => client.socket.write(publish.subarray(0, i % 10 === 0 ? 199_000 : 10)))
  const connects = await Promise.all(Array.from({ length: Math.min(count, BEGINNING) }, () => StressClient.open(port())))
  const connect = connectPacket({ clientId: 'x'.repeat(100) })
  return {
    publishes,
    connects,
    trickle(second) {
      for (const client of connects) if (!client.closed) client.socket.write(connect.subarray(second, second + 1))
      for (const client of publishes) if (!client.closed) client.socket.write('x')
    },
  }
}

test('Kafka stands still while 1,000 clients go on sending, one message per segment, and as many never finish a packet', async () => {
  const count = some(1_000)
  await under(`Kafka away for ${AWAY_MS / 1_000} s, segments and slow bytes`, 2 * count + BEGINNING, async () => {
    const before = await packets()
    const slow = await startSlow(count)
    const senders = await connectMany(count, (i) => ({ clientId: `away-${i}` }))
    clients = [...slow.publishes, ...slow.connects, ...senders]
    city.freezeKafka()
    for (let turn = 0, until = Date.now() + AWAY_MS; Date.now() < until; turn++, await sleep(250)) {
      if (turn % 4 === 0) slow.trickle(turn / 4)
      senders.forEach((client, i) => {
        if (client.socket.writableLength > 16_384 || client.sent >= MOST_EACH) return
        for (let n = 0; n < 20; n++) client.publish(topic(i), reading())
      })
    }
    const { unacknowledgedBytes, heldBytes } = (await city.bridge.health()).body.details
    console.log(`without Kafka: ${Math.round(unacknowledgedBytes / MB)} MB unacknowledged, ${Math.round(heldBytes / MB)} MB held`)
    expect(slow.connects.filter((c) => !c.closed)).toHaveLength(0)
    expect((await packets())['faulty']).toBeGreaterThanOrEqual((before['faulty'] ?? 0) + slow.connects.length)
    city.thawKafka()
    await Promise.all(senders.map((client) => client.until((c) => c.unanswered === 0, 300_000)))
    // A packet may take a minute.
    await expect.poll(() => slow.publishes.filter((c) => !c.closed).length, { timeout: 120_000, interval: 500 }).toBe(0)
    return senders.reduce((n, client) => n + client.pubacks, 0)
  })
})

test('a bridge that stood still for longer than its clients’ keep alive sends nobody away', async () => {
  await under(`bridge stands still for ${STILL_MS / 1_000} s`, 0, async () => {
    city.bridge.child.kill('SIGSTOP')
    await sleep(STILL_MS)
    city.bridge.child.kill('SIGCONT')
    await expect.poll(() => healthy.unanswered, { timeout: 60_000 }).toBeLessThan(HEALTHY * 5)
    return 0
  })
})

test('a storm of connections: clients come and go, and take each other’s place', async () => {
  const [rounds, count] = [5, some(2_000)]
  await under('reconnect storm, client ids taken over', count, async () => {
    const before = await packets()
    for (let round = 0; round < rounds; round++) {
      const former = clients
      clients = await connectMany(count, (i) => ({ clientId: `storm-${i}` }))
      clients.forEach((client, i) => client.publish(topic(i), reading()))
      await expect.poll(() => former.filter((c) => !c.closed).length, { timeout: 60_000 }).toBe(0)
    }
    expect((await packets())['takenOver']).toBe((before['takenOver'] ?? 0) + (rounds - 1) * count)
    await Promise.all(clients.map((client) => client.until((c) => c.unanswered === 0)))
    for (const client of clients) client.destroy()
    await expect.poll(connections, { timeout: 60_000 }).toBe(HEALTHY)
    return rounds * count
  })
})

test('QoS 0 and 2, wills, retained messages, wildcards in topics', async () => {
  const [count, each] = [some(500), 40]
  await under('QoS 0 and 2, wills, retained, wildcards', 2 * count, async () => {
    const before = await packets()
    const will = { topic: topic(0), payload: Buffer.from(reading()), qos: 1, retain: true } as const
    clients = await connectMany(count, (i) => ({ clientId: `mixed-${i}`, will }))
    for (let n = 0; n < each; n++) {
      clients.forEach((client, i) => {
        client.publish(topic(i), reading(), { qos: 0 })
        client.publish(topic(i), reading(), { qos: 2, retain: n === 0 })
      })
    }
    await Promise.all(clients.map((client) => client.until((c) => c.pubcomps === each, 120_000)))
    const wild = await connectMany(count, (i) => ({ clientId: `wild-${i}` }))
    wild.forEach((client, i) => client.publish(i % 2 === 0 ? 'city/pedestrian-counts/+' : 'city/#', reading()))
    await expect.poll(() => wild.filter((c) => !c.closed && c.unanswered > 0).length, { timeout: 60_000 }).toBe(0)
    for (const client of [...clients, ...wild]) client.destroy()
    await expect.poll(async () => (await packets())['wills'], { timeout: 60_000 }).toBe((before['wills'] ?? 0) + count)
    const after = await packets()
    expect(after['retained']).toBe((before['retained'] ?? 0) + count)
    expect(after['qos0']).toBe((before['qos0'] ?? 0) + count * each)
    return 2 * count * each
  })
})
