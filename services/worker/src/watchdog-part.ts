import { CityError, type Log, type Part, reasonOf } from '@commonstream/runtime'
import type { StreamConsumer } from './consume/stream-consumer.ts'
import { type Progress, Watchdog } from './consume/watchdog.ts'
import type { Ports } from './ports/ports.ts'

const LOOK_MS = 10_000
/** A partition with something to read that does not move for so long is stuck. */
const STUCK_MS = 60_000

/**
 * Stuck is dead: where a partition stands still although there is something to read, the process ends, the supervisor
 * starts it again, and it resumes at the last chunk start. Only looks count at which Kafka told the log's end: while
 * Kafka is away nothing can move.
 */
export function watchdogPart(o: {
  readonly streams: readonly { readonly topic: string; readonly stream: string; readonly consumer: StreamConsumer }[]
  readonly ports: Pick<Ports, 'kafka' | 'clock'>
  readonly log: Log
  readonly fail: (error: unknown) => void
}): Part {
  const { kafka, clock } = o.ports
  let dog = new Watchdog(STUCK_MS, 2 * LOOK_MS)
  const progress = async (): Promise<Progress[]> => {
    const all = await Promise.all(
      o.streams.map(async ({ topic, stream, consumer }) => {
        const ends = new Map((await kafka.ends(topic)).map((e) => [e.partition, e.high]))
        consumer.noteEnds(ends)
        return consumer.reports.map((r) => {
          const moving = r.state === 'folding' || r.state === 'warming'
          return {
            name: `${stream}/${r.partition}`,
            next: r.next,
            end: ends.get(r.partition) ?? 0,
            shouldMove: moving && !consumer.pressed,
          }
        })
      }),
    )
    return all.flat()
  }
  const look = async () => {
    try {
      const stuck = dog.look(clock.steady(), await progress())
      if (stuck.length > 0)
        o.fail(new CityError('STUCK', `${stuck.join(', ')} did not move for ${STUCK_MS / 1000} s with records to read`, { sort: 'world' }))
    } catch (error) {
      o.log.debug({ reason: reasonOf(error) }, 'the log’s ends are not known: not looked')
      dog = new Watchdog(STUCK_MS, 2 * LOOK_MS)
    }
  }
  return {
    name: 'watchdog',
    async start() {
      const end = clock.every(LOOK_MS, () => void look())
      return async () => end()
    },
  }
}
