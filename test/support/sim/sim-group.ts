import { spread } from '@commonstream/worker/consume/assigner.ts'
import type { SimKafka } from './sim-kafka.ts'
import type { SimMember } from './sim-member.ts'
import type { SimProcess } from './sim-process.ts'

/** How soon the coordinator misses a member that says nothing (the session), and how long it waits for rejoins. */
const SESSION_MS = 6_000
const REBALANCE_MS = 10_000
const NOTICE_MS = 600

/** A consumer group's coordinator: members, generations, assignment and committed offsets. */
export class SimGroup {
  readonly id: string
  readonly topic: string
  readonly kafka: SimKafka
  generation = 0
  rebalances = 0
  readonly committed = new Map<number, number>()
  /** Who may commit for a partition in the current generation. */
  readonly owners = new Map<number, SimMember>()
  readonly #members = new Set<SimMember>()
  readonly #rejoined = new Map<SimMember, readonly number[]>()
  #rebalancing = false

  constructor(kafka: SimKafka, id: string, topic: string) {
    this.kafka = kafka
    this.id = id
    this.topic = topic
  }

  knows(member: SimMember): boolean {
    return this.#members.has(member)
  }

  get rebalancing(): boolean {
    return this.#rebalancing
  }

  /** A JoinGroup request arrives. */
  join(member: SimMember, held: readonly number[]): void {
    this.#members.add(member)
    this.#rejoined.set(member, held)
    if (!this.#rebalancing) this.#begin()
    this.#completeIfAll()
  }

  /** A LeaveGroup request arrives, or the session is over. */
  remove(member: SimMember): void {
    if (!this.#members.delete(member)) return
    this.#rejoined.delete(member)
    if (this.#members.size === 0) {
      this.owners.clear()
      this.#rebalancing = false
    } else if (this.#rebalancing) this.#completeIfAll()
    else this.#begin()
  }

  /** The member's process died or stands still: missed after the session, unless it speaks again before. */
  miss(member: SimMember): void {
    this.kafka.scheduler.after(
      SESSION_MS,
      () => {
        if (!member.process.alive || member.process.frozen) this.remove(member)
      },
      true,
    )
  }

  commit(member: SimMember, generation: number, partition: number, offset: number): void {
    if (!this.#members.has(member)) throw new Error('UNKNOWN_MEMBER_ID')
    if (generation !== this.generation) throw new Error('ILLEGAL_GENERATION')
    // A group without a fence of its own commits what it has done, whoever does it.
    if (member.options.sticky !== undefined && this.owners.get(partition) !== member)
      this.kafka.violations.push(`${member.process.name} committed ${offset} of ${this.topic}/${partition}, which is not its own`)
    this.committed.set(partition, offset)
  }

  shake(process: SimProcess): void {
    for (const member of this.#members) if (member.process === process) process.after(0, () => member.rejoin())
  }

  /** There is more to fetch. */
  wake(): void {
    for (const member of this.#members) member.pump()
  }

  #begin(): void {
    const { scheduler, random } = this.kafka
    this.#rebalancing = true
    this.rebalances++
    const round = this.rebalances
    for (const member of this.#members) {
      if (!this.#rejoined.has(member)) member.process.after(random.int(0, NOTICE_MS), () => member.rejoin())
    }
    scheduler.after(
      REBALANCE_MS,
      () => {
        if (!this.#rebalancing || this.rebalances !== round) return
        for (const member of this.#members) if (!this.#rejoined.has(member)) this.#members.delete(member)
        this.#completeIfAll()
      },
      true,
    )
  }

  #completeIfAll(): void {
    if (!this.#rebalancing || this.#rejoined.size < this.#members.size || this.#members.size === 0) return
    this.#rebalancing = false
    this.generation++
    const holders = [...this.#rejoined].map(([member, held]) => ({ id: member.id, held }))
    const all = this.kafka.partitions(this.topic).map((_, partition) => partition)
    const shares = spread(all, holders)
    this.owners.clear()
    for (const member of this.#rejoined.keys()) {
      const mine = shares.get(member.id) ?? []
      for (const partition of mine) this.owners.set(partition, member)
      member.synced(this.generation, mine)
    }
    this.#rejoined.clear()
  }
}
