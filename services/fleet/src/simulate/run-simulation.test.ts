import { cityClock } from '@commonstream/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { seededRandom } from '../plan/random.ts'
import { exampleStream } from '../support/example-stream.ts'
import { type FaultOptions, faultEndpoint } from '../support/fault-endpoint.ts'
import { runSimulation, simulatedIds } from './run-simulation.ts'
import { QUIET } from './simulation.ts'

const stream = exampleStream('bins', [{ id: 'a' }, { id: 'b' }])
const clock = cityClock('2023-06-05T00:00:00Z@1', Date.now())

async function endpoint(options: FaultOptions = {}) {
  const made = await faultEndpoint(options)
  onTestFinished(() => made.close())
  return made
}

const of = (messages: readonly { topic: string; payload: string }[]) =>
  messages.map((m) => `${m.topic} ${JSON.parse(m.payload).seq}`).toSorted()

test('registered sensors come first, further ones have names of their own', () => {
  expect(simulatedIds(stream, 1)).toEqual(['a'])
  expect(simulatedIds(stream, 4)).toEqual(['a', 'b', 'sim-0001', 'sim-0002'])
})

test('the fleet sends what its schedule holds, each message once, over its connections', async () => {
  const { url, received, clients } = await endpoint()
  const outcome = await runSimulation({
    stream,
    simulation: { ...QUIET, sensors: 4, rate: 2_000 },
    url,
    clock,
    seconds: 0.5,
    connections: 2,
  })
  expect(outcome).toMatchObject({ sent: 1_000, acknowledged: 1_000, resent: 0, complete: true, connected: 2, fault: null })
  expect(outcome.seconds).toBeGreaterThan(0.48)
  expect(clients).toEqual(new Set(['fleet-sim-bins-1', 'fleet-sim-bins-2']))
  const wanted = ['a', 'b', 'sim-0001', 'sim-0002'].flatMap((id) => Array.from({ length: 250 }, (_, seq) => `city/bins/${id} ${seq}`))
  expect(of(received)).toEqual(wanted.toSorted())
})

test('connections that break lose nothing, and what is sent again is marked and has the same bytes', async () => {
  const { url, received } = await endpoint({ drop: 0.002, random: seededRandom(3) })
  const outcome = await runSimulation({
    stream,
    simulation: { ...QUIET, sensors: 10, rate: 3_000 },
    url,
    clock,
    seconds: 1,
    connections: 2,
    window: 50,
    fast: true,
  })
  expect(outcome).toMatchObject({ acknowledged: 3_000, complete: true })
  expect(outcome.resent).toBeGreaterThan(0)
  expect(received.filter((m) => m.dup).length).toBeGreaterThan(0)
  expect(new Set(received.map((m) => m.payload + m.topic)).size).toBe(3_000)
  expect(new Set(of(received)).size).toBe(3_000)
})

test('an endpoint that acknowledges nothing ends the patience; the window is kept', async () => {
  const { url, received } = await endpoint({ acknowledges: () => false })
  const outcome = await runSimulation({
    stream,
    simulation: { ...QUIET, sensors: 4, rate: 10_000 },
    url,
    clock,
    seconds: 1,
    connections: 2,
    window: 30,
    fast: true,
    patienceMs: 1_500,
  })
  expect(outcome).toMatchObject({ complete: false, acknowledged: 0, sent: 60 })
  expect(received.length).toBe(60)
})

test('a simulation without end stops at the signal', async () => {
  const { url } = await endpoint()
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 200)
  const outcome = await runSimulation({ stream, simulation: { ...QUIET, sensors: 4, rate: 1_000 }, url, clock, signal: stop.signal })
  expect(outcome.complete).toBe(true)
  expect(outcome.acknowledged).toBeGreaterThan(0)
})
