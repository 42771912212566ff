import { randomBytes } from 'node:crypto'
import * as disk from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafka, createStore, type Log } from '@commonstream/runtime'
import type { Config } from '../config.ts'
import { FaultBook } from '../consume/fault-book.ts'
import { clickHouseStore } from './clickhouse/clickhouse-store.ts'
import type { ClockPort } from './clock-port.ts'
import { kafkaLog } from './kafka/kafka-log.ts'
import type { Ports } from './ports.ts'

/** An insert may wait for merges; only a dead connection ends it. */
const STORE_REQUEST_MS = 600_000

/** The world as it is: Kafka, ClickHouse, this machine's clock and disk. */
export function realPorts(config: Config, log: Log): Ports {
  return {
    kafka: kafkaLog(createKafka(config.kafka, `worker-${config.workerId}`, log), log),
    store: clickHouseStore(createStore(config.store, { requestTimeoutMs: STORE_REQUEST_MS })),
    clock: machineClock,
    disk,
    random: randomBytes,
    faults: new FaultBook(join(config.dataDir, 'worker', `faults-${config.workerId}.json`)),
  }
}

export const machineClock: ClockPort = {
  now: Date.now,
  steady: () => performance.now(),
  sleep: (ms) => sleep(ms),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  every(ms, work) {
    const timer = setInterval(work, ms)
    return () => clearInterval(timer)
  },
}
