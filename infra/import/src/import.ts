import { readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { CityError } from '@commonstream/runtime'
import { approvalOf, type City, isApproved, type Stream, topicCodec } from '@commonstream/schemas'
import type { Kafka } from 'kafkajs'
import { existing, type Place } from './existing.ts'
import { fileRows } from './file-rows.ts'
import { type ImportMapping, readMapping } from './mapping.ts'
import { ProgressFile } from './progress-file.ts'
import { type Batch, readingsOf, type Survey, survey } from './survey.ts'
import { WindowFold } from './window-fold.ts'
import { type Writing, writeWindows } from './write-windows.ts'

export interface ImportOptions {
  readonly city: City
  readonly stream: string
  readonly file: string
  /** The mapping's file. */
  readonly mapping: string
  readonly dataDir: string
  readonly kafka: Kafka
  readonly store: ClickHouseClient
  /** The city's time, epoch ms. */
  readonly now: number
  /** Nothing is written; the outcome says what would be. */
  readonly dryRun: boolean
  /** Write also what an earlier run has written. */
  readonly again: boolean
  readonly say: (line: string) => void
}

/** What became of a file. */
export interface ImportOutcome extends Survey {
  /** Windows written, or in a dry run those that would be. */
  readonly windows: number
  /** Windows and readings that were not: by what stands there, or by what is wrong with their place in the file. */
  readonly passed: ReadonlyMap<Exclude<Place, 'free'> | 'twice' | 'beside', number>
  /** Batches that an earlier run had written. */
  readonly before: number
}

/**
 * Writes a file of a city's history as closed windows that are marked as imported.
 * @throws CityError `IMPORT_REFUSED` for a stream that may not have any, `MAPPING_INVALID`, `FILE_INVALID`
 */
export async function importFile(o: ImportOptions): Promise<ImportOutcome> {
  const stream = importable(o)
  const text = await readFile(o.mapping, 'utf8')
  const mapping = readMapping(text, stream)
  const seen = await survey(fileRows(o.file, mapping), stream, mapping, o.now)
  const progress = await ProgressFile.open(o.dataDir, stream.name, o.file, text)
  if (o.again) progress.forget()
  const producer = o.kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  const writing: Writing = { stream, mapping, producer, store: o.store, codec: topicCodec(o.city, 'windows') }
  const passed = new Map<string, number>()
  let [windows, before] = [0, 0]
  if (!o.dryRun) await producer.connect()
  try {
    for (const [i, batch] of seen.batches.entries()) {
      const name = `${dayOf(batch.from)}/${dayOf(batch.to)}`
      if (!o.dryRun && progress.has(name)) before++
      else {
        const written = await importBatch(o, writing, batch, passed)
        if (!o.dryRun) await progress.note(name)
        windows += written
        o.say(`${name}: ${written} windows ${o.dryRun ? 'would be ' : ''}written (${i + 1} of ${seen.batches.length})`)
      }
    }
  } finally {
    if (!o.dryRun) await producer.disconnect()
  }
  return { ...seen, windows, passed: passed as ImportOutcome['passed'], before }
}

function importable({ city, stream: name, now }: ImportOptions): Stream {
  const stream = city.streams.find((s) => s.name === name)
  const refuse = (why: string) => new CityError('IMPORT_REFUSED', `Nothing was imported: ${why}`)
  if (stream === undefined) throw refuse(`there is no stream "${name}"; there are ${city.streams.map((s) => s.name).join(', ')}`)
  if (stream.disclosure !== null)
    throw refuse(
      `${name} is protected: what it publishes is released once, with noise; imported figures would be exact, and stand beside it`,
    )
  if (!isApproved(approvalOf(stream), now)) throw refuse(`${name} has no current privacy assessment, so it takes nothing in`)
  return stream
}

async function importBatch(o: ImportOptions, writing: Writing, batch: Batch, passed: Map<string, number>): Promise<number> {
  const { stream, mapping } = writing
  const count = (why: string) => void passed.set(why, (passed.get(why) ?? 0) + 1)
  const fold = await foldBatch(o, stream, mapping, batch, count)
  const placeOf = await existing(o.store, stream, batch.from, batch.to)
  const free = [...fold.windows.values()].filter((window) => {
    const place = placeOf(window)
    if (place !== 'free') count(place)
    return place === 'free'
  })
  const ordered = free.sort((a, b) => a.start - b.start || (a.sensor < b.sensor ? -1 : 1))
  if (!o.dryRun) await writeWindows(writing, ordered)
  return ordered.length
}

async function foldBatch(
  o: ImportOptions,
  stream: Stream,
  mapping: ImportMapping,
  { from, to }: Batch,
  count: (why: string) => void,
): Promise<WindowFold> {
  const read = readingsOf(stream, mapping, o.now)
  const fold = new WindowFold(mapping, stream.window.sizeMs)
  const size = mapping.windowMs ?? stream.window.sizeMs
  for await (const row of fileRows(o.file, mapping)) {
    for (const outcome of read(row)) {
      if ('leftOut' in outcome) continue
      const start = Math.floor(outcome.at / size) * size
      if (start < from || start >= to) continue
      const added = fold.add(outcome)
      if (added !== 'taken') count(added)
    }
  }
  return fold
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
