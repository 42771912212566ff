import { ALERTS_TOPIC, eventsTopic, INTERNAL_ALERTS_TOPIC, QUARANTINE_TOPIC, type Stream, windowsTopic } from '@commonstream/schemas'
import type { Ports } from '@commonstream/worker/ports/ports.ts'
import { Faults, type Decide } from './faults.ts'
import { Invariants } from './invariants.ts'
import { Random } from './random.ts'
import { Scheduler } from './scheduler.ts'
import type { SimCity } from './sim-city.ts'
import { SimDisk } from './sim-disk.ts'
import { SimKafka } from './sim-kafka.ts'
import { simLogPort } from './sim-log-port.ts'
import { SimProcess } from './sim-process.ts'
import { SimStore } from './sim-store.ts'
import { simStorePort } from './sim-store-port.ts'
import { SimWorker } from './sim-worker.ts'

/** Puts something between a worker and the world: how mutants are made without touching the product. */
export type Tamper = (ports: Ports) => Ports

/** Everything that a simulated city consists of but sensors and bridges. */
export class Simulation {
  readonly random: Random
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly kafka: SimKafka
  readonly store: SimStore
  readonly disk: SimDisk
  readonly stream: Stream
  readonly city: SimCity
  readonly invariants: Invariants
  /** What workers told an operator. */
  readonly notices: { readonly worker: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> }[] = []
  decide: Decide = () => 'ok'
  readonly #tamper: Tamper
  readonly #faultsAt = new Set<string>()

  constructor(o: { seed: number; city: SimCity; start: number; tamper?: Tamper }) {
    this.random = new Random(o.seed)
    this.scheduler = new Scheduler(o.start, this.random.fork('scheduler'))
    this.faults = new Faults(this.random.fork('faults'), (process, server, request) => this.decide(process, server, request))
    this.kafka = new SimKafka(this.scheduler, this.random.fork('kafka'))
    this.city = o.city
    this.store = new SimStore(o.city.city, this.scheduler, this.random.fork('store'))
    this.disk = new SimDisk(this.random.fork('disk'))
    this.disk.onFull = () => this.faults.count('disk full')
    this.store.onLag = () => this.faults.count('store lags')
    this.stream = o.city.city.streams[0] as Stream
    this.#tamper = o.tamper ?? ((ports) => ports)
    this.kafka.create(eventsTopic(this.stream.name), this.stream.partitions)
    this.kafka.create(windowsTopic(this.stream.name), this.stream.partitions)
    for (const topic of [ALERTS_TOPIC, INTERNAL_ALERTS_TOPIC, QUARANTINE_TOPIC]) this.kafka.create(topic, 1)
    const { group, eventsTopic: topic } = o.city.contexts[0]!
    for (let p = 0; p < this.stream.partitions; p++) this.kafka.group(group, topic).committed.set(p, 0) // infra commits 0
    this.invariants = new Invariants(this)
  }

  /** A worker in a process of its own, not yet started. */
  worker(
    name: string,
    o: { maxBytes: number; patience: { tries: number; minMs: number; maxMs: number }; onEnd: (code: number) => void },
  ): SimWorker {
    const process = new SimProcess(name, this.scheduler)
    process.clockOffset = this.random.fork(name).pick([0, 0, -3_600_000, 3_600_000])
    const notice = (message: string, details: Readonly<Record<string, unknown>>) => this.notices.push({ worker: name, message, details })
    return new SimWorker({ ...o, process, city: this.city, ports: this.#tamper(this.ports(process)), notice })
  }

  /** The world as one process reaches it. */
  ports(process: SimProcess): Ports {
    return {
      kafka: simLogPort(this.kafka, process, this.faults),
      store: simStorePort(this.store, process, this.faults),
      clock: process.clock,
      disk: this.disk.port(process),
      random: (size) => this.disk.random.bytes(size),
      faults: { again: (stream, partition, offset) => this.#again(`${stream}/${partition}@${offset}`) },
    }
  }

  #again(place: string): boolean {
    const before = this.#faultsAt.has(place)
    this.#faultsAt.add(place)
    return before
  }
}
