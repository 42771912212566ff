import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { CityError } from '@commonstream/runtime/errors.ts'
import type { Child } from '../child/start-child.ts'
import type { ServiceName, StackConfig } from '../config.ts'
import { beginClock, clockOf, type ReplayClock } from '../state/clock-file.ts'
import { RunFolder } from '../state/run-folder.ts'
import { tokensOf } from '../state/tokens-file.ts'
import { awaitApply, startApply } from './apply.ts'
import { checkPorts } from './check-ports.ts'
import { Supervised } from './supervised.ts'
import type { Unit } from './unit.ts'
import { serverUnits, serviceUnit } from './units.ts'

/** The whole of it: servers, then what the contracts want of them, then the services; stopped the other way round. */
export class Stack {
  readonly #config: StackConfig
  readonly #say: (line: string) => void
  readonly #run: RunFolder
  readonly #started: Supervised[] = []
  #apply: Child | null = null
  #stopping = false

  /** @param say told what an operator is to know, a line at a time */
  constructor(config: StackConfig, say: (line: string) => void) {
    this.#config = config
    this.#say = say
    for (const folder of [config.dir, path.join(config.dir, 'log')]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#run = new RunFolder(config.dir)
  }

  /**
   * Starts everything and resolves when every part is ready; from then on what ends is started again.
   * @returns the environment of a program that is to run beside it (the fleet)
   * @throws CityError when something does not start; call `stop` then
   */
  async start(): Promise<Readonly<Record<string, string>>> {
    const { dir, env, services } = this.#config
    this.#run.take()
    await this.#run.endLeftBehind(this.#say)
    const clock = this.#clock()
    await checkPorts(portsToTake(this.#config))
    tokensOf(dir)
    await this.#startAll(serverUnits(this.#config))
    if (services.includes('apply')) await this.#applyContracts({ ...env, ...(clock && { CITY_CLOCK: clock.clock }) })
    // The replay begins when there is somebody to see it.
    const full = clock === null ? env : { ...env, ...variablesOf(beginClock(dir, clock, Date.now())) }
    await this.#startAll(servicesOf(this.#config).map((name) => serviceUnit(this.#config, name, full)))
    return full
  }

  /** Stops what runs, last started first. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#apply?.stop()
    for (const part of this.#started.toReversed()) await part.stop()
    this.#run.release()
  }

  /** Ends everything at once. */
  kill(): void {
    this.#stopping = true
    this.#apply?.kill('SIGKILL')
    for (const part of this.#started) part.kill()
    this.#run.release()
  }

  #clock(): ReplayClock | null {
    const clock = clockOf(this.#config.dir, this.#config.clock)
    if (clock === null || (this.#config.own.kafka && this.#config.own.clickhouse)) return clock
    throw new CityError('CLOCK_INVALID', `${this.#config.dir} holds a replay, which has no place among the data of outside servers`)
  }

  async #applyContracts(env: Readonly<Record<string, string>>): Promise<void> {
    if (this.#stopping) throw stopped()
    this.#apply = startApply(this.#config, env)
    await awaitApply(this.#apply)
    this.#say('contracts are applied')
  }

  async #startAll(units: readonly Unit[]): Promise<void> {
    const parts = units.map((unit) => new Supervised(unit, this.#run, this.#say))
    this.#started.push(...parts)
    await Promise.all(parts.map((part) => this.#startOne(part)))
  }

  async #startOne(part: Supervised): Promise<void> {
    if (this.#stopping) throw stopped()
    const startedAt = Date.now()
    await part.start()
    this.#say(`${part.name} is up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
  }
}

function servicesOf(c: StackConfig): Exclude<ServiceName, 'apply'>[] {
  return c.services.filter((name) => name !== 'apply')
}

/** The ports that the stack is about to take, by the names of their parts. */
function portsToTake(c: StackConfig): Record<string, number> {
  const names: (keyof StackConfig['ports'])[] = [
    ...(c.own.kafka ? (['kafka', 'kafkaController'] as const) : []),
    ...(c.own.clickhouse ? (['clickhouse'] as const) : []),
    ...(['bridge', 'worker', 'query'] as const).filter((name) => c.services.includes(name)),
    ...(c.services.includes('bridge') ? (['mqtt'] as const) : []),
  ]
  return Object.fromEntries(names.map((name) => [name, c.ports[name]]))
}

function variablesOf(clock: { clock: string; origin: number }): Record<string, string> {
  return { CITY_CLOCK: clock.clock, CITY_CLOCK_ORIGIN: String(clock.origin) }
}

function stopped(): CityError {
  return new CityError('STOPPED', 'The stack was stopped while it started', { sort: 'world' })
}
