import type { Fleet } from './fleet.ts'
import type { Random } from './random.ts'
import type { Disaster } from './scenario.ts'
import type { Simulation } from './simulation.ts'

const LOOK_MS = 500

/** Does what cannot be undone, and knows which partitions it may have cost their position. */
export class Harm {
  /** By partition, what happened to it. */
  readonly done = new Map<number, Disaster>()
  /** By partition, what the ledger certified before it was emptied. */
  readonly #before = new Map<number, number>()
  readonly #sim: Simulation
  readonly #fleet: Fleet
  readonly #random: Random

  constructor(sim: Simulation, fleet: Fleet, random: Random) {
    this.#sim = sim
    this.#fleet = fleet
    this.#random = random
  }

  plan({ what, at }: { what: Disaster; at: number }): void {
    this.#sim.scheduler.after(at - this.#sim.scheduler.now, () => this.#strike(what))
  }

  /** Every partition that still has its position is certified up to the log's end, and every other says that it is lost. */
  caughtUp(): boolean {
    return this.#sim.kafka.partitions(this.#topic).every((partition, p) => this.isLost(p) || this.#certified(p) >= partition.end - 1)
  }

  /** Looks twice a second when everything that is in the log now is certified; gives how long (ms) that took, null while it is not. */
  watchRecovery(): () => number | null {
    const { scheduler, kafka } = this.#sim
    const from = scheduler.now
    const ends = kafka.partitions(this.#topic).map((partition) => partition.end)
    let took: number | null = null
    const look = () => {
      if (ends.every((end, p) => this.isLost(p) || this.#certified(p) >= Math.min(end, kafka.partition(this.#topic, p).end) - 1))
        took = scheduler.now - from
      else scheduler.after(LOOK_MS, look, true)
    }
    look()
    return () => took
  }

  where(): string {
    const states = this.#fleet.workers.flatMap((w) =>
      w.reports.map((r) => `${w.process.name}/${r.partition} ${r.state} at ${r.next} ${r.reason ?? ''}`),
    )
    const ends = this.#sim.kafka.partitions(this.#topic).map((p, i) => `${this.#certified(i)} of ${p.end - 1}`)
    return `${ends.join(', ')} certified; ${states.join('; ')}`
  }

  /** The partitions whose position is lost, as their workers say. */
  get lost(): ReadonlySet<number> {
    return new Set(
      this.#sim.kafka
        .partitions(this.#topic)
        .map((_, p) => p)
        .filter((p) => this.isLost(p)),
    )
  }

  isLost(partition: number): boolean {
    return this.#fleet.workers.some((w) => w.process.alive && w.reports.some((r) => r.partition === partition && r.state === 'lost'))
  }

  get #topic(): string {
    return this.#sim.city.contexts[0]!.eventsTopic
  }

  #certified(partition: number): number {
    const rows = this.#sim.store.rows('ledger').filter((r) => r['partition'] === partition)
    return Math.max(this.#before.get(partition) ?? -1, ...rows.map((r) => Number(r['last'])))
  }

  #strike(what: Disaster): void {
    const { faults, store, kafka, stream } = this.#sim
    faults.count(`disaster: ${what}`)
    const all = Array.from({ length: stream.partitions }, (_, p) => p)
    const one = this.#random.pick(all)
    const log = kafka.partition(this.#topic, one)
    const group = kafka.group(this.#sim.city.contexts[0]!.group, this.#topic)
    const forget = () => all.forEach((p) => this.#before.set(p, this.#certified(p)))
    const hurt = (partitions: readonly number[]) => {
      partitions.forEach((p) => this.done.set(p, what))
      this.#sim.invariants.relaxed = true
    }
    switch (what) {
      case 'trim':
        log.low = Math.min(
          log.end,
          Math.max(0, this.#random.pick([this.#certified(one), log.end]) + this.#random.pick([-60, -25, -9, 0, 0, 5])),
        )
        if (log.low > 0) hurt([one])
        break
      case 'empty store':
        forget()
        store.empty()
        hurt(all)
        break
      case 'empty ledger':
        forget()
        store.empty(['ledger'])
        hurt(all)
        break
      case 'lost part':
        if (store.loseSome(`${stream.table}_partials`, this.#random.pick([0.05, 0.5])) > 0) hurt(all)
        break
      case 'no committed offset':
        group.committed.set(one, this.#random.pick([-1, -2]))
        hurt([one])
        break
      case 'cut end':
        kafka.truncate(
          this.#topic,
          one,
          Math.max(1, this.#random.pick([log.end - this.#random.int(1, 12), this.#random.int(1, log.end + 1)])),
        )
        hurt([one])
        break
      case 'power':
        this.#fleet.losePower()
        break
    }
  }
}
