import { afterAll, beforeAll, test } from 'vitest'
import { type Ride, type RideOut, rideOn } from '../support/outage.ts'
import { FAULTS } from '../support/outage-faults.ts'
import { tableOfRides } from '../support/outage-table.ts'
import { expectUnharmed } from '../support/outage-verdict.ts'
import { useStack } from '../support/stack-hooks.ts'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'

// Two hundred messages a second go in all the time; test/chaos does the same for longer.
const AWAY_MS = 5_000

const stack = useStack()
const rides: Ride[] = []
let rideOut: RideOut

beforeAll(async () => {
  rideOut = rideOn(stack(), await twoStreams())
})

afterAll(() => console.log(tableOfRides(rides)))

test.each([FAULTS.storeDies, FAULTS.kafkaHangs, FAULTS.kafkaKilled, FAULTS.bridgeKilled])(
  '$name: nothing lost, nothing twice, memory flat, and everybody says so',
  async (fault) => {
    const ride = await rideOut(fault, AWAY_MS)
    rides.push(ride)
    expectUnharmed(fault, ride)
  },
)
