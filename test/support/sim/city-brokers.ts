import type { Stream } from '@commonstream/schemas'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { SimBroker } from './sim-broker.ts'
import { valueOf } from './sim-city.ts'
import type { Truth } from './truth.ts'

const SECOND = 1_000
/** Serial of a reading that no sensor of the run has measured. */
const NOBODYS = 1_000_000
/** A shorter time without its broker is no interruption that a bridge must notice. */
const INTERRUPTION_MS = 4 * SECOND

export interface CityBrokersOptions {
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly random: Random
  readonly stream: Stream
  readonly truth: Truth
  /** The topic of one of a bridge's sensors. */
  readonly topicOf: (bridge: number) => string
  /** Nothing happens to brokers any more. */
  readonly isCalm: () => boolean
}

/** By bridge, the city's broker that it is a client of; null for those that sensors connect to themselves. */
export function cityBrokers(o: CityBrokersOptions): (SimBroker | null)[] {
  return o.truth.down.map((_, b) => (o.random.chance(0.4) ? cityBroker(o, b) : null))
}

/** A broker that has kept the last word of a sensor from before there was a bridge, and to which things happen. */
function cityBroker(o: CityBrokersOptions, b: number): SimBroker {
  const { scheduler, faults, truth } = o
  const random = o.random.fork(`broker ${b}`)
  const value = valueOf(o.stream)(NOBODYS, random)
  const payload = Buffer.from(JSON.stringify({ at: scheduler.now - 3 * SECOND, serial: NOBODYS, ...value }))
  const onBack = (from: number, to: number) => {
    if (to - from >= INTERRUPTION_MS) truth.down[b]?.push({ from, to })
  }
  const broker = new SimBroker({ scheduler, random, retained: { topic: o.topicOf(b), payload }, onBack })
  const trouble = () => {
    if (o.isCalm()) return
    const kind = random.next()
    faults.count(kind < 0.5 ? 'broker connection cut' : kind < 0.8 ? 'broker away' : 'broker forgets its session')
    if (kind < 0.5) broker.cutBridge()
    else broker.away(random.pick([1, 6, 6, 30]) * SECOND, kind >= 0.8)
    scheduler.after(random.int(2 * SECOND, 40 * SECOND), trouble)
  }
  scheduler.after(random.int(5 * SECOND, 40 * SECOND), trouble)
  return broker
}
