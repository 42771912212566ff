import { eventsTopic, foldDocumentOf } from '@commonstream/schemas'
import { checkTruth } from './check-truth.ts'
import { type CrashRun, inject, type Injection, latestEffect } from './crash-points.ts'
import { Oracle } from './oracle.ts'
import { SimBridge } from './sim-bridge.ts'
import type { SimCity } from './sim-city.ts'
import { SimProcess } from './sim-process.ts'
import { SimSensor } from './sim-sensor.ts'
import { Simulation } from './simulation.ts'
import { Truth } from './truth.ts'

const SECOND = 1_000
const START = Date.UTC(2026, 10, 25, 12)
const MEASURE_MS = 14 * SECOND
/** By then, everything that was held back is delivered, and windows have closed. */
const TAIL_MS = 45 * SECOND
const MOST_STEPS = 20_000
const SEED = 4
/** Its disk is tried elsewhere: here a bridge that comes back is told that it had listened. */
const NO_FILE = { note: async () => undefined }

/** Sensors publish through one bridge, with faults at these requests and nowhere else; it is started again when it dies. */
export async function crashBridge(city: SimCity, injections: readonly Injection[]): Promise<CrashRun> {
  const sim = new Simulation({ seed: SEED, city, start: START })
  const { scheduler, kafka, stream } = sim
  const truth = new Truth(1)
  const world = new OneBridge(sim, truth)
  const requests = inject(sim, injections, () => world.kill())
  const marker = { key: null, value: Buffer.from(JSON.stringify(foldDocumentOf(stream, null))), headers: { kind: 'fold' } }
  kafka.append(eventsTopic(stream.name), 0, [marker])
  world.start()
  const end = START + MEASURE_MS + TAIL_MS + latestEffect(injections)
  const done = await scheduler.run(() => scheduler.now >= end, MOST_STEPS)
  world.kill()
  const differences = done && world.delivered ? differencesOf(sim, truth) : ['not everything was delivered']
  return { requests, records: kafka.partition(eventsTopic(stream.name), 0).end, differences }
}

function differencesOf(sim: Simulation, truth: Truth): string[] {
  const differences: string[] = []
  const context = sim.city.contexts[0]!
  const oracle = new Oracle(context, 0).fold(sim.kafka.partition(context.eventsTopic, 0).records)
  const say = (difference: string) => differences.push(difference)
  checkTruth({ sim, partition: 0, oracle, owns: () => true, say, releases: new Map() }, truth)
  if (oracle.frontier === null || oracle.frontier < START + MEASURE_MS) say(`windows closed up to ${String(oracle.frontier)} only`)
  // That one is stored once where its repetition lies within the horizon is looked at above.
  const stored = new Set(oracle.readings.map(({ event }) => event['serial'])).size
  if (stored !== truth.readings.length) say(`${truth.readings.length} readings were measured, ${stored} are stored`)
  return differences
}

/** A bridge that is kept running, and the sensors that find it. */
class OneBridge {
  readonly #sim: Simulation
  readonly #truth: Truth
  readonly #sensors: readonly SimSensor[]
  #bridge: SimBridge | null = null

  constructor(sim: Simulation, truth: Truth) {
    this.#sim = sim
    this.#truth = truth
    const topic = (sensor: string) => sim.stream.source.mqtt.replace('{sensor}', sensor)
    this.#sensors = ['a', 'b', 'c'].map(
      (sensor) =>
        new SimSensor({
          habit: { sensor, everyMs: 900, clockOffset: 0, countsSequence: sensor !== 'c', slow: 0, repeats: 0 },
          ...{ bridge: 0, topic: topic(sensor), scheduler: sim.scheduler, random: sim.random.fork(sensor), truth },
          value: (serial) => (sim.stream.disclosure === null ? { level: serial % 10 } : { passing: serial % 10 }),
        }),
    )
  }

  get delivered(): boolean {
    return this.#sensors.every((s) => s.idle)
  }

  start(): void {
    this.#boot(false)
    for (const sensor of this.#sensors) {
      sensor.start()
      this.#sim.scheduler.after(MEASURE_MS, () => sensor.silence(), true)
    }
  }

  /** SIGKILL; a second later there is another. */
  kill(): void {
    if (this.#bridge === null) return
    const from = this.#sim.scheduler.now
    this.#bridge.kill()
    this.#bridge = null
    this.#sim.scheduler.after(SECOND, () => {
      this.#truth.down[0]?.push({ from, to: this.#sim.scheduler.now })
      this.#boot(true)
    })
  }

  #boot(listenedBefore: boolean): void {
    const { city, kafka, faults, scheduler } = this.#sim
    const process = new SimProcess('bridge-0', scheduler)
    const bridge = new SimBridge({ process, number: 0, city, kafka, faults, file: NO_FILE, listenedBefore, noCatchUp: false, broker: null })
    this.#bridge = bridge
    const connect = (sensor: SimSensor) => this.#bridge === bridge && sensor.connect(bridge)
    void bridge.start().then(() => this.#sensors.forEach((sensor, i) => scheduler.after(200 * i, () => connect(sensor))))
  }
}
