import type { City } from '@commonstream/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadAverage } from '../bench/process-figures.ts'
import { tellInjections } from '../support/chaos-table.ts'
import { type Ride, type RideOut, rideOn } from '../support/outage.ts'
import { FAULTS } from '../support/outage-faults.ts'
import { startLoad } from '../support/outage-load.ts'
import { askForMuch, certificationDelays } from '../support/outage-storm.ts'
import { tableOfRides } from '../support/outage-table.ts'
import { expectUnharmed } from '../support/outage-verdict.ts'
import { useStack } from '../support/stack-hooks.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

// The same as test/integration/outage.test.ts for half a minute each, and more ways to be away. Prints what it saw.
// Longer outages are in simulated time: test/support/sim/long-outages.test.ts.
const AWAY_MS = 30_000

const stack = useStack()
const rides: Ride[] = []
let city: City
let rideOut: RideOut

beforeAll(async () => {
  city = await twoStreams()
  rideOut = rideOn(stack(), city)
})

afterAll(() => console.log(tableOfRides(rides)))

test.each(Object.values(FAULTS))('$name: nothing lost, nothing twice, memory flat, and everybody says so', async (fault) => {
  const ride = await rideOut(fault, AWAY_MS)
  rides.push(ride)
  const { events, lost, twice, wrong, secondsAway, secondsToRecover } = ride
  const name = `${fault.name}, ${Math.round(secondsAway)} s away`
  tellInjections([{ fault: name, events, lost, twice, wrongWindows: wrong.length, recoveryMs: secondsToRecover * 1_000 }])
  expectUnharmed(fault, ride)
})

/** Of both streams together; what is held back by a storm of questions shows in how late it is certified. */
const RATE = 400
const CALM_MS = 8_000
const STORM_MS = 15_000
const CLIENTS = 32
/** From an event to its figures, at most; longer on a machine that has no time. */
const LIMIT_MS = 5_000
const CORES = 2

test('a storm of questions: each is answered or refused, and events come through as before', async () => {
  const url = stack().url('mqtt')
  const loads = city.streams.map((stream) => startLoad({ url, stream, rate: RATE / city.streams.length, seed: 99 }))
  try {
    await certificationDelays(stack(), city, 1_000)
    const calm = await certificationDelays(stack(), city, CALM_MS)
    const end = askForMuch(stack(), city, CLIENTS)
    const stormy = await certificationDelays(stack(), city, STORM_MS)
    const answers = await end()
    const most = (delays: readonly number[]) => (Math.max(...delays) / 1_000).toFixed(1)
    const told = [...answers].map(([status, n]) => `${n} × ${status}`).join(', ')
    console.log(`${CLIENTS} clients that ask for much: ${told}; certified after at most ${most(stormy)} s, ${most(calm)} s without them`)
    expect([...answers.keys()].filter((status) => ![200, 400, 429, 503].includes(status))).toEqual([])
    expect(answers.get(200)).toBeGreaterThan(0)
    expect(Math.max(...stormy)).toBeLessThan(LIMIT_MS * Math.max(1, loadAverage() / CORES))
  } finally {
    await Promise.all(loads.map((load) => load.stop()))
  }
})
