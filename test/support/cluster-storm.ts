import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { Fault } from './cluster-faults.ts'
import type { Service } from './cluster-service.ts'

const STORM_MS = 60_000
const EVERY_MS = 3_000
const AWAY_MS = 1_000

/**
 * A minute in which every three seconds a process is killed, whatever has not come back yet: a worker, a bridge,
 * ClickHouse, or one broker while the others have everything (two at once are more than replication 3 promises).
 */
export function killStorm({ fleet, brokers, clickhouse }: Cluster, inSync: () => Promise<unknown>, random: () => number): Fault {
  const one = (services: readonly Service[]): Service | undefined => {
    const running = services.filter((s) => s.runs)
    return running[Math.floor(random() * running.length)]
  }
  async function killBroker(): Promise<void> {
    await inSync()
    await one(brokers.nodes)?.kill(AWAY_MS)
  }
  return {
    name: `SIGKILL every ${EVERY_MS / 1_000} s for a minute: worker, bridge, ClickHouse or broker`,
    async inject() {
      let [broker, killed] = [Promise.resolve(), 0]
      const end = performance.now() + STORM_MS
      for (; performance.now() < end; await sleep(EVERY_MS)) {
        const lot = random()
        const victim = one(lot < 0.4 ? fleet.workers : lot < 0.65 ? fleet.bridges : lot < 0.8 ? [clickhouse] : [])
        // Whoever is not there yet cannot be killed again: a broker is instead.
        if (victim === undefined) broker = broker.then(killBroker)
        else await victim.kill(AWAY_MS)
        killed++
      }
      await broker
      if (killed < STORM_MS / EVERY_MS / 2) throw new Error(`only ${killed} processes were killed in a minute`)
    },
  }
}
