/**
 * Reads a log with kafkajs alone, with the worker's own fetch settings, and counts (`consume`); or decodes records that
 * it has fetched before, and nothing else (`decode`). Prints one line of JSON: the process's CPU seconds per million
 * records from the first batch on, and records per second.
 */
import { createKafka, createLog } from '@commonstream/runtime'
import { eventCodec, eventsTopic, loadCity } from '@commonstream/schemas'
import type { Batch } from 'kafkajs'

interface Job {
  readonly brokers: string
  readonly schemas: string
  readonly stream: string
}

/** Enough for the compiler to have done its work, little enough to be held. */
const DECODED = 500_000

const [mode, text = ''] = process.argv.slice(2)
const job = JSON.parse(text) as Job
const topic = eventsTopic(job.stream)
const kafka = createKafka(job.brokers, 'reference', createLog('reference', 'silent'))

/** Hands on every batch of the topic until each partition's end, which is then known. */
async function readAll(onBatch: (batch: Batch) => void): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]))
  await admin.disconnect()
  const left = new Set(ends.keys())
  const done = Promise.withResolvers<void>()
  const consumer = kafka.consumer({
    groupId: `reference-${process.pid}`,
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 1 << 20,
    maxBytes: 4 << 20,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      onBatch(batch)
      if (Number(batch.lastOffset()) + 1 >= (ends.get(batch.partition) ?? 0)) left.delete(batch.partition)
      if (left.size === 0) done.resolve()
      return Promise.resolve()
    },
  })
  await done.promise
  await consumer.disconnect()
}

function say(records: number, cpu: NodeJS.CpuUsage, begun: number): void {
  const { user, system } = process.cpuUsage(cpu)
  console.log(JSON.stringify({ cpuPerMillion: (user + system) / records, perSecond: (records / (performance.now() - begun)) * 1_000 }))
}

async function consume(): Promise<void> {
  let records = 0
  let begin: { cpu: NodeJS.CpuUsage; at: number } | null = null
  await readAll(({ messages }) => {
    // What the first batch itself cost is not known: it is the mark.
    if (begin === null) begin = { cpu: process.cpuUsage(), at: performance.now() }
    else records += messages.length
  })
  const from = begin as { cpu: NodeJS.CpuUsage; at: number } | null
  if (from !== null) say(records, from.cpu, from.at)
}

async function decode(): Promise<void> {
  const stream = (await loadCity(job.schemas)).streams.find(({ name }) => name === job.stream)
  if (stream === undefined) throw new Error(`the city has no stream ${job.stream}`)
  const values: Buffer[] = []
  await readAll(({ messages }) => {
    for (const { value, headers } of messages) {
      if (value !== null && headers?.['kind'] === undefined && values.length < DECODED) values.push(Buffer.from(value))
    }
  })
  const codec = eventCodec(stream)
  const [cpu, begun] = [process.cpuUsage(), performance.now()]
  let checksum = 0
  for (const value of values) checksum += codec.decode(value).at % 7
  say(values.length, cpu, begun)
  if (Number.isNaN(checksum)) throw new Error('a time is not a number')
}

await (mode === 'decode' ? decode() : consume())
