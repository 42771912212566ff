import { setTimeout as sleep } from 'node:timers/promises'
import { eventsTopic } from '@commonstream/schemas'
import type { AckLedger } from './ack-ledger.ts'
import type { AckLoad } from './ack-ledger-load.ts'
import { storeRows } from './ask-stack.ts'
import type { Cluster } from './cluster.ts'

/** Offsets by `<stream>|<partition>`. */
type Offsets = ReadonlyMap<string, number>

const RECOVERY_LIMIT_MS = 120_000
/** Each asks the store of all partitions: more often would be load of its own. */
const POLL_MS = 250

/** How long it took, in ms since a fault's end. */
export interface Recovery {
  /** Until every bridge acknowledged again. */
  readonly acknowledgedMs: number
  /** Until all that was in the logs at the fault's end was certified. */
  readonly certifiedMs: number
}

/**
 * Waits until everything that is in the logs now is certified in every partition, and each bridge acknowledges again.
 * @throws when that takes longer than two minutes
 */
export async function untilRecovered(cluster: Cluster, load: AckLoad): Promise<Recovery> {
  const begin = performance.now()
  const limit = begin + RECOVERY_LIMIT_MS
  const before = [...load.pubacks]
  const since = () => performance.now() - begin
  const certified = async () => {
    const ends = await within(
      limit,
      () => endsOf(cluster),
      () => true,
      'the log tells its ends',
    )
    await within(
      limit,
      () => certifiedOf(cluster),
      (now) => reaches(now, ends),
      `all up to ${words(ends)} is certified`,
    )
    return since()
  }
  const acknowledged = async () => {
    await within(
      limit,
      async () => load.pubacks,
      (now) => now.every((n, i) => n > (before[i] as number)),
      'every bridge acknowledges',
    )
    return since()
  }
  const [certifiedMs, acknowledgedMs] = await Promise.all([certified(), acknowledged()])
  return { certifiedMs, acknowledgedMs }
}

/** Waits until time goes on in every partition, and windows of events that are `oldMs` old by now will be closed. */
export async function untilTicking(cluster: Cluster, oldMs: number): Promise<void> {
  const partitions = cluster.city.streams.reduce((n, s) => n + s.partitions, 0)
  await within(
    performance.now() + RECOVERY_LIMIT_MS,
    () => frontiersOf(cluster),
    (frontiers) =>
      frontiers.length === partitions && frontiers.every((frontier) => Number.isFinite(frontier) && frontier <= Date.now() - oldMs),
    `${partitions} partitions have had a tick`,
  )
}

/** Waits until every partition has closed the windows that end by an instant (epoch ms). */
export async function untilClosed(cluster: Cluster, instant: number, limitMs = 120_000): Promise<void> {
  const partitions = cluster.city.streams.reduce((n, s) => n + s.partitions, 0)
  await within(
    performance.now() + limitMs,
    () => frontiersOf(cluster),
    (frontiers) => frontiers.length === partitions && frontiers.every((frontier) => frontier >= instant),
    `windows up to ${new Date(instant).toISOString()} are closed in ${partitions} partitions`,
  )
}

/** Waits until events are in the readings; returns ms since the call. */
export async function untilStored(
  cluster: Cluster,
  ledger: AckLedger,
  table: string,
  seqs: readonly number[],
  limitMs = 60_000,
): Promise<number> {
  const begin = performance.now()
  const ids = seqs.map((seq) => Buffer.from(ledger.id(seq), 'latin1').toString('hex'))
  const query = `SELECT count() AS n FROM city.${table}_readings FINAL WHERE replaceAll(toString(event_id), '-', '') IN {ids:Array(String)}`
  const stored = async () => (await storeRows<{ n: number }>(cluster, query, { ids }))[0]?.n
  await within(begin + limitMs, stored, (n) => n === seqs.length, `${seqs.length} fresh events are stored`)
  return performance.now() - begin
}

async function endsOf({ admin, city }: Cluster): Promise<Offsets> {
  const ends = new Map<string, number>()
  for (const { name } of city.streams)
    for (const { partition, high } of await admin.fetchTopicOffsets(eventsTopic(name))) ends.set(`${name}|${partition}`, Number(high))
  return ends
}

async function certifiedOf(cluster: Cluster): Promise<Offsets> {
  const query = 'SELECT stream, partition, max(last) AS last FROM city.ledger GROUP BY stream, partition'
  const rows = await storeRows<{ stream: string; partition: number; last: number }>(cluster, query)
  return new Map(rows.map((row) => [`${row.stream}|${row.partition}`, row.last]))
}

async function frontiersOf(cluster: Cluster): Promise<number[]> {
  const query = 'SELECT argMax(watermark, version) AS mark FROM city.ledger GROUP BY stream, partition'
  const rows = await storeRows<{ mark: string }>(cluster, query)
  return rows.map((row) => (JSON.parse(row.mark) as { frontier: number | null }).frontier ?? Number.NEGATIVE_INFINITY)
}

function reaches(certified: Offsets, ends: Offsets): boolean {
  return [...ends].every(([partition, end]) => (certified.get(partition) ?? -1) >= end - 1)
}

function words(offsets: Offsets): string {
  return [...offsets].map(([partition, offset]) => `${partition}: ${offset}`).join(', ')
}

/** Asks until the answer is good; what throws (a store that is away) is asked again. */
async function within<T>(limit: number, ask: () => Promise<T>, good: (answer: T) => boolean, what: string): Promise<T> {
  for (let last: unknown = 'no answer'; ; await sleep(POLL_MS)) {
    try {
      const answer = await ask()
      if (good(answer)) return answer
      last = answer instanceof Map ? words(answer as Offsets) : JSON.stringify(answer)
    } catch (error) {
      last = error
    }
    if (performance.now() > limit) throw new Error(`not in time: ${what}; last: ${String(last)}`)
  }
}
