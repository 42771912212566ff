import { PartitionFold } from '@commonstream/worker/fold/partition-fold.ts'
import { SUM, WIDTH } from '@commonstream/worker/fold/figures.ts'
import type { FoldSink, WindowRow } from '@commonstream/worker/fold/types.ts'
import { ReleasedMap } from '@commonstream/worker/resume/released-map.ts'
import { expect, test } from 'vitest'
import { secondNoise } from '../disclosure.ts'
import { Oracle } from './oracle.ts'
import type { ExpectedWindow } from './oracle-types.ts'
import { Random } from './random.ts'
import { randomLog } from './random-log.ts'
import { type SimCity, simCities } from './sim-city.ts'
import type { StoredRecord } from './sim-kafka.ts'

// The oracle of the simulations against the fold itself, on logs that no bridge would write: both were written from
// the protocol, and nothing of one is used in the other.

const START = Date.UTC(2026, 10, 25, 12)
const KEY = Buffer.alloc(32, 7)
const cities = await simCities()

/** What one uninterrupted fold says of a log, as texts. */
function folded({ contexts: [context] }: SimCity, records: readonly StoredRecord[]) {
  const closed: string[] = []
  const transitions: string[] = []
  const chunks: string[] = []
  const rejected: number[] = []
  const sink: FoldSink = {
    reading: () => undefined,
    window: (row) => void closed.push(textOf(row)),
    withhold: (w) => void closed.push(`withheld ${JSON.stringify(w)}`),
    transition: (t) =>
      void transitions.push(`${String(t['rule'])} of ${String(t['subject'])} ${String(t['transition'])} at ${Number(t['at'])}`),
    reject: ({ record }) => void rejected.push(record.offset),
    documentRefused: () => undefined,
    chunkEnd() {
      const { start, counts } = fold.chunk as NonNullable<typeof fold.chunk>
      const { records: all, stored, duplicates, rejected: refused, late, clamped } = counts
      chunks.push(JSON.stringify([start, fold.last, all, stored, duplicates, refused, late, clamped, counts.ids.toString('hex')]))
    },
  }
  const fold = new PartitionFold({
    stream: context!.stream.name,
    partition: 0,
    isProtected: context!.isProtected,
    keepReadings: true,
    versions: context!.stream.versions,
    sink,
    ownSensors: (document) => context!.ownSensors(document, 0),
    dayKey: () => KEY,
    released: new ReleasedMap(),
    scale: context!.scale,
  })
  for (const record of records) fold.step(record)
  return { closed, transitions, chunks, rejected }
}

function textOf(w: WindowRow): string {
  const sums = w.status === 'no_data' ? [] : (w.released ?? w.properties.map((_, p) => w.figures?.n[p * WIDTH + SUM]))
  return JSON.stringify([w.sensor, w.start, w.sizeMs, w.rev, w.status, w.bridges, w.policy, w.figures?.count ?? null, ...sums])
}

/** The same from the oracle; its late revisions are left out, which the fold leaves to the flush. */
function expected({ contexts: [context] }: SimCity, records: readonly StoredRecord[]) {
  const oracle = new Oracle(context!, 0).fold(records)
  const noised = (w: ExpectedWindow) =>
    Object.entries(w.sums ?? {}).map(([property, sum]) => {
      const atom = {
        stream: context!.stream.name,
        sensor: w.sensor,
        property,
        start: w.start,
        size: w.sizeMs,
        policy: w.policy,
      }
      return sum + secondNoise(KEY, atom, [1, 2])
    })
  for (const due of oracle.alerts.due) {
    const window = oracle.windows.get(`${due.sensor}|${due.start}|${due.sizeMs}`)?.[0]
    oracle.alerts.released(due, window === undefined ? Number.NaN : (noised(window)[0] as number))
  }
  const closed = [...oracle.windows.values()].flat().filter((w) => w.origin === 'closed')
  const text = (w: ExpectedWindow) => {
    const sums = w.group === null ? noised(w) : Object.values(w.group.properties).map((p) => p.sum)
    return JSON.stringify([w.sensor, w.start, w.sizeMs, w.rev, w.status, w.bridges, w.policy, w.group?.count ?? null, ...sums])
  }
  const chunks = oracle.chunks.filter((c) => c.complete)
  return {
    closed: closed.map(text),
    transitions: oracle.alerts.transitions.map((t) => `${t.rule} of ${t.subject} ${t.transition} at ${t.at}`),
    chunks: chunks.map((c) =>
      JSON.stringify([c.start, c.last, c.records, c.stored, c.duplicates, c.rejected, c.late, c.clamped, c.ids.toString('hex')]),
    ),
    rejected: oracle.rejected,
  }
}

const sorted = (r: ReturnType<typeof folded>) => ({ ...r, closed: r.closed.toSorted(), transitions: r.transitions.toSorted() })

// The second implementation of the noise is slow.
test.each([
  [false, 600],
  [true, 60],
])('fold and oracle agree on what no bridge would write (protected: %s)', { timeout: 120_000 }, (isProtected, logs) => {
  const city = cities(isProtected, 1)
  for (let seed = 0; seed < logs; seed++) {
    const records = randomLog(city.contexts[0]!, new Random(seed), START)
    expect(sorted(folded(city, records)), `seed ${seed}`).toEqual(sorted(expected(city, records)))
  }
})
