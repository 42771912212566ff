import type { LogRecord } from '@commonstream/worker/fold/types.ts'
import type { DiskPort } from '@commonstream/runtime'
import type { GroupOptions, LogPort } from '@commonstream/worker/ports/log-port.ts'
import type { Ports } from '@commonstream/worker/ports/ports.ts'
import type { StorePort } from '@commonstream/worker/ports/store-port.ts'
import { claimingTicks, constantFingerprint, endlessHorizon, eventsAsTicks, forgetfulFile } from './mutant-patches.ts'
import type { Scenario } from './scenario.ts'

/** A protocol that lacks one of its safeguards; every one of them must be caught. */
export interface Mutant {
  readonly name: string
  /** What stands between the worker and the world. */
  readonly tamper?: (ports: Ports) => Ports
  /** The bridge ticks as soon as it listens. */
  readonly noCatchUp?: boolean
  /** Where the seeds as they are would take long to show it. */
  readonly change?: (scenario: Scenario) => Scenario
  /** Changes the product's code in this process; returns how to undo it. */
  readonly patch?: () => () => void
}

const log = (change: (kafka: LogPort) => Partial<LogPort>) => (ports: Ports) => ({
  ...ports,
  kafka: { ...ports.kafka, ...change(ports.kafka) },
})
const store = (change: (store: StorePort) => Partial<StorePort>) => (ports: Ports) => ({
  ...ports,
  store: { ...ports.store, ...change(ports.store) },
})

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no fence',
    // Partitions must change hands while a commit is on its way.
    change: (s) => ({ ...s, workers: 3, partitions: 3, troubleMs: 2_500, disaster: null }),
    tamper: log((kafka) => ({
      member: (o) => kafka.member(o.sticky ? { ...o, sticky: { ...o.sticky, onJoining: () => undefined } } : o),
    })),
  },
  { name: 'no warm-up', tamper: log(() => ({ offsetAt: async () => Number.MAX_SAFE_INTEGER })) },
  {
    name: "no watermark in the ledger's row",
    tamper: store((inner) => ({
      async ledgerRow(...place) {
        const row = await inner.ledgerRow(...place)
        return row && { ...row, watermark: { ...row.watermark, tick: null, silent: {}, asOf: {}, watermark: null } }
      },
    })),
  },
  { name: 'no hash check at resume', patch: constantFingerprint },
  { name: 'no catchUp', noCatchUp: true },
  { name: 'a bridge that forgets that it has listened', patch: forgetfulFile },
  { name: 'the ledger before what it certifies', tamper: afterwards(/_readings$|_partials$|^accounting$/, 'ledger') },
  { name: 'the commit before the ledger', tamper: commitFirst },
  { name: "a window's row before its record", tamper: recordLater },
  {
    name: 'a resume that reads the open chunk',
    tamper: store((inner) => ({ figures: (p, q) => inner.figures(p, { ...q, chunk: q.chunk + (q.sensors === undefined ? 1_000 : 0) }) })),
  },
  { name: 'a resume without alert states', tamper: store(() => ({ alertStates: async () => [] })) },
  { name: 'keys that are not synced', tamper: unsynced },
  { name: 'a horizon that a restart alone ends', patch: endlessHorizon },
  { name: 'events move the watermark', patch: eventsAsTicks },
  { name: 'ticks that claim what Kafka does not have', patch: claimingTicks },
  {
    name: 'a cut end: the ledger is not held against the log',
    change: cutEnd,
    tamper: store(() => ({ certified: async () => null, intended: async () => [] })),
  },
  { name: 'a cut end: a flush does not say what it will write', change: cutEnd, tamper: store(() => ({ intended: async () => [] })) },
  {
    name: "a cut end: a new leader's log is not looked at",
    change: cutEnd,
    tamper: log((kafka) => ({ member: (o) => kafka.member(withoutTerms(o)) })),
  },
]

/** The log loses its end, at some time between the first half minute and the last reading. */
function cutEnd(s: Scenario): Scenario {
  return { ...s, disaster: { what: 'cut end', at: s.start + 30_000 + ((s.start / 1_000) % (s.lengthMs / 1_000 - 30)) * 1_000 } }
}

function withoutTerms(o: GroupOptions): GroupOptions {
  const bare = (record: LogRecord): LogRecord => Object.assign(Object.create(record) as LogRecord, { term: undefined })
  return { ...o, onBatch: (batch) => o.onBatch({ ...batch, at: (index) => bare(batch.at(index)) }) }
}

/** Inserts into some tables are acknowledged at once and done only behind the next insert into another. */
function afterwards(early: RegExp, trigger: string): (ports: Ports) => Ports {
  return (ports) => {
    const waiting: (() => Promise<void>)[] = []
    return store((inner) => ({
      async insert(target, rows) {
        if (early.test(target.table)) {
          const sent = Buffer.from(rows)
          waiting.push(() => inner.insert(target, sent))
          return
        }
        await inner.insert(target, rows)
        if (target.table === trigger) for (const insert of waiting.splice(0)) await insert()
      },
    }))(ports)
  }
}

/** Ledger rows are acknowledged at once, and inserted a second and a half later. */
function commitFirst(ports: Ports): Ports {
  return store((inner) => ({
    async insert(target, rows) {
      if (target.table !== 'ledger') return inner.insert(target, rows)
      const sent = Buffer.from(rows)
      ports.clock.after(1_500, () => void inner.insert(target, sent).catch(() => undefined))
    },
  }))(ports)
}

/** Records of closed windows are acknowledged at once, and appended a second later. */
function recordLater(ports: Ports): Ports {
  return log((kafka) => ({
    async append(topic, partition, entries) {
      if (!topic.endsWith('.windows')) return kafka.append(topic, partition, entries)
      ports.clock.after(1_000, () => void kafka.append(topic, partition, entries).catch(() => undefined))
    },
  }))(ports)
}

function unsynced(ports: Ports): Ports {
  const disk: DiskPort = {
    ...ports.disk,
    async open(path, flags, mode) {
      const file = await ports.disk.open(path, flags, mode)
      return { ...file, sync: async () => undefined }
    },
  }
  return { ...ports, disk }
}
