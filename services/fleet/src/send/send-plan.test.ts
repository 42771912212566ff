import { setTimeout as sleep } from 'node:timers/promises'
import { cityClock } from '@commonstream/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { mergePlans, type Plan } from '../plan/plan.ts'
import { planReplay } from '../plan/plan-replay.ts'
import { seededRandom } from '../plan/random.ts'
import { exampleStream } from '../support/example-stream.ts'
import { type FaultOptions, faultEndpoint } from '../support/fault-endpoint.ts'
import { sendPlan } from './send-plan.ts'

const START = Date.parse('2023-06-05T00:00:00Z')
const present = cityClock(undefined, undefined)

async function endpoint(options: FaultOptions = {}) {
  const made = await faultEndpoint(options)
  onTestFinished(() => made.close())
  return made
}

function planOf(rows: number, options: { duplicates?: number; everyMs?: number } = {}): Plan {
  const stream = exampleStream('bins', [{ id: 'a' }, { id: 'b', gateway: 'depot' }, { id: 'c', gateway: 'depot' }])
  const sensors = ['a', 'b', 'c']
  const all = Array.from({ length: rows }, (_, i) => {
    const at = START + i * (options.everyMs ?? 1_000)
    return { sensor: sensors[i % 3] ?? '', at, payload: { at: new Date(at).toISOString(), level: i } }
  })
  return planReplay(all, { stream, duplicates: options.duplicates ?? 0 })
}

/** Per device, in the order in which its messages first arrived. */
function firstArrivals(messages: readonly { client: string; payload: string }[]): Record<string, string[]> {
  const seen = new Map<string, Set<string>>()
  for (const { client, payload } of messages) seen.set(client, (seen.get(client) ?? new Set()).add(payload))
  return Object.fromEntries([...seen].map(([client, payloads]) => [client, [...payloads]]))
}

test('everything is acknowledged, one client per sensor or gateway, in order', async () => {
  const { url, received, clients } = await endpoint()
  const plan = planOf(300, { duplicates: 0.1 })
  const outcome = await sendPlan(plan, { url, clock: present, fast: true })
  expect(outcome).toEqual({
    streams: [
      {
        stream: 'bins',
        rows: 300,
        sends: plan.sends.length,
        leftOut: 0,
        sent: plan.sends.length,
        acknowledged: plan.sends.length,
        resent: 0,
      },
    ],
    complete: true,
    reason: null,
  })
  expect([...clients].toSorted()).toEqual(['fleet-bins-a', 'fleet-bins-depot'])
  const sent = (device: string) => plan.sends.filter((send) => send.device === device).map((send) => send.payload)
  expect(received.filter((m) => m.client === 'fleet-bins-a').map((m) => m.payload)).toEqual(sent('a'))
  expect(received.filter((m) => m.client === 'fleet-bins-depot').map((m) => m.payload)).toEqual(sent('depot'))
})

test('connections that break at random lose nothing, keep the order of first arrival, and repetitions have the same bytes', async () => {
  const { url, received } = await endpoint({ drop: 0.02, random: seededRandom(11) })
  const plan = planOf(600)
  const outcome = await sendPlan(plan, { url, clock: present, fast: true, window: 20 })
  expect(outcome.complete).toBe(true)
  expect(outcome.streams[0]?.acknowledged).toBe(600)
  expect(outcome.streams[0]?.resent).toBeGreaterThan(0)
  expect(received.some((message) => message.dup)).toBe(true)
  const sent = firstArrivals(plan.sends.map((send) => ({ client: `fleet-bins-${send.device}`, payload: send.payload })))
  expect(firstArrivals(received)).toEqual(sent)
})

test('on the clock, what is past is sent at once and the rest not before its time', async () => {
  const { url, received } = await endpoint()
  const clock = cityClock(`${new Date(START + 10_000).toISOString()}@20`, Date.now())
  const early: string[] = []
  let seen = 0
  const watch = setInterval(() => {
    const now = clock.now()
    for (const { payload } of received.slice(seen)) if (Date.parse(JSON.parse(payload).at) > now) early.push(payload)
    seen = received.length
  }, 5)
  onTestFinished(() => clearInterval(watch))
  const outcome = await sendPlan(planOf(30), { url, clock })
  clearInterval(watch)
  expect(outcome.complete).toBe(true)
  expect(early).toEqual([])
  expect(clock.now()).toBeGreaterThanOrEqual(START + 29_000) // the last reading's time
})

test('a bridge that comes back is found again', async () => {
  let open = false
  const { url } = await endpoint({ accepts: () => open })
  const running = sendPlan(planOf(30), { url, clock: present, fast: true, patienceMs: 15_000 })
  await sleep(300)
  open = true
  expect(await running).toMatchObject({ complete: true, reason: null })
})

test('a bridge that acknowledges nothing ends the patience', async () => {
  const { url } = await endpoint({ acknowledges: () => false })
  const outcome = await sendPlan(planOf(30), { url, clock: present, fast: true, patienceMs: 1_500 })
  expect(outcome).toMatchObject({ complete: false, reason: expect.stringContaining('nothing was acknowledged') })
  expect(outcome.streams[0]).toMatchObject({ sent: 30, acknowledged: 0 })
})

test('never more is unacknowledged than the window and the limit allow', async () => {
  const { url, received } = await endpoint({ acknowledges: () => false })
  const outcome = await sendPlan(planOf(300), { url, clock: present, fast: true, window: 7, limit: 12, patienceMs: 400 })
  expect(outcome.complete).toBe(false)
  expect(received.length).toBeLessThanOrEqual(12)
  for (const client of ['fleet-bins-a', 'fleet-bins-depot'])
    expect(received.filter((m) => m.client === client).length).toBeLessThanOrEqual(7)
})

test('an aborted replay says so and closes its connections', async () => {
  const { url } = await endpoint()
  const stop = new AbortController()
  const clock = cityClock(`${new Date(START).toISOString()}@1`, Date.now())
  const running = sendPlan(mergePlans([planOf(300)]), { url, clock, signal: stop.signal })
  await sleep(200)
  stop.abort('stopped by hand')
  expect(await running).toMatchObject({ complete: false, reason: expect.stringContaining('stopped by hand') })
})
