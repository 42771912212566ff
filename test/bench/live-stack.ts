import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '@commonstream/embedded/child/start-child.ts'
import { tailOf } from '@commonstream/embedded/child/wait-until.ts'
import { startStack, type TestStack } from '../support/stack.ts'
import type { Bench } from './bench.ts'
import { LIVE, writeLiveCity } from './live-city.ts'

const FLEET = path.resolve(import.meta.dirname, '..', '..', 'services', 'fleet', 'src', 'main.ts')

/** Once readings come through, code is compiled and batches find their size: what follows is the pace. */
const SETTLE_MS = 8_000
const START_LIMIT_MS = 120_000

/** A whole stack in the present, for one bench after the other: started by the first that asks. */
export class LiveStack {
  readonly #bench: Bench
  #stack: TestStack | null = null
  #load: Child | null = null

  constructor(bench: Bench) {
    this.#bench = bench
  }

  async stack(): Promise<TestStack> {
    if (this.#stack !== null) return this.#stack
    const schemas = this.#bench.folder('live-schemas')
    writeLiveCity(schemas)
    this.#bench.say('starting a whole stack')
    // The watched page polls faster than a key may.
    const env = { CITY_KAFKA_HEAP: '512m', CITY_QUERY_RATE: '1000000', CITY_LOG_LEVEL: 'warn' }
    this.#stack = await startStack({ schemas, dir: this.#bench.folder('live'), env })
    return this.#stack
  }

  /** Sensors begin to publish at the live pace and go on until `stop`; resolves once the pace has settled. */
  async load(): Promise<TestStack> {
    const stack = await this.stack()
    if (this.#load !== null) return stack
    this.#bench.say(`${LIVE.sensors} sensors begin to publish ${LIVE.rate} readings per second`)
    const args = [
      'simulate',
      '--stream',
      LIVE.stream,
      '--sensors',
      LIVE.sensors,
      '--rate',
      LIVE.rate,
      '--disorder',
      0.05,
      '--duplicates',
      0.01,
    ]
    this.#load = startChild({
      name: 'fleet',
      command: process.execPath,
      args: [FLEET, ...args.map(String)],
      env: stack.env(),
      log: this.#bench.folder('fleet.log'),
    })
    for (const until = Date.now() + START_LIMIT_MS; (await recordsFolded(stack)) < LIVE.rate; await sleep(100)) {
      this.checkLoad()
      if (Date.now() > until) throw new Error(`no readings came through within ${START_LIMIT_MS / 1_000} s`)
    }
    await sleep(SETTLE_MS)
    this.checkLoad()
    return stack
  }

  /** @throws Error if the sensors no longer publish: what was measured is then not the pace */
  checkLoad(): void {
    if (this.#load === null || this.#load.exit === null) return
    throw new Error(`the simulated sensors ended with code ${this.#load.exit.code}:\n${tailOf(this.#load.log)}`)
  }

  /** Ends what was started, if anything. */
  async stop(): Promise<void> {
    const [load, stack] = [this.#load, this.#stack]
    this.#load = this.#stack = null
    await load?.stop()
    await stack?.stop()
  }
}

/** Positions of the worker over all partitions. */
export async function recordsFolded(stack: TestStack): Promise<number> {
  const answer = (await (await fetch(`${stack.url('worker')}/health/ready`)).json()) as { details: Record<string, { next: number }[]> }
  return (answer.details[LIVE.stream] ?? []).reduce((sum, { next }) => sum + next, 0)
}
