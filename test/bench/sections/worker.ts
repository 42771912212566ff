import type { Stream } from '@commonstream/schemas'
import { loadCity } from '@commonstream/schemas'
import { sensorIds, writeCityFolder } from '../../support/city-folder.ts'
import { startStack, type TestStack } from '../../support/stack.ts'
import type { Bench } from '../bench.ts'
import { profileLines } from '../profile.ts'
import { readReference } from '../reference.ts'
import { checkResult } from '../worker-check.ts'
import { type WorkerJob, writeLogs } from '../worker-log.ts'
import { runWorker, type WorkerRun } from '../worker-run.ts'

/** The job that other engines were measured on: 2,000 sensors × 1,000 minutes, 5 % out of order, 1 % twice. */
const SENSORS = 2_000
const MINUTES = 1_000
const CLOCK = '2023-06-05T00:00:00Z@1'

const VARIANTS = [
  { name: 'open', isProtected: false, keepReadings: false, most: 3.3 },
  { name: 'open+readings', isProtected: false, keepReadings: true, most: 6.7 },
  { name: 'protected', isProtected: true, keepReadings: false, most: 3.3 },
  { name: 'protected+readings', isProtected: true, keepReadings: true, most: 6.7 },
] as const
type Variant = (typeof VARIANTS)[number]

/** The worker in catch-up: a whole log is there before it starts. Disclosure off and on, without and with readings. */
export async function benchWorker(bench: Bench): Promise<void> {
  const variants = VARIANTS.filter(({ name }) => bench.wants('worker', name))
  if (variants.length === 0) throw new Error(`worker has no such job: want some of ${VARIANTS.map(({ name }) => name).join(', ')}`)
  const schemas = bench.folder('worker-schemas')
  writeCityFolder(
    schemas,
    variants.map(({ name, ...variant }, i) => ({ ...variant, name: streamName(name), schemaId: 900 + i, sensors: SENSORS, partitions: 4 })),
  )
  bench.say('starting Kafka and ClickHouse')
  const stack = await startStack({
    schemas,
    clock: CLOCK,
    services: ['apply'],
    dir: bench.folder('worker'),
    env: { CITY_KAFKA_HEAP: '512m' },
  })
  try {
    const { streams } = await loadCity(schemas)
    const [first, ...others] = streams
    if (first === undefined) throw new Error('the city has no streams')
    const job = { sensors: sensorIds(SENSORS), minutes: bench.scaled(MINUTES), start: Date.parse('2023-06-05T00:00:00Z') }
    bench.say(`writing ${streams.length} logs`)
    const total = await writeLogs(stack, [first, ...others], job, (share) => bench.say(`writing: ${Math.round(share * 100)} %`))
    const raw = await reference(bench, stack, first)
    for (const variant of variants) {
      const stream = streams.find((s) => s.name === streamName(variant.name)) as Stream
      await benchVariant({ bench, stack, stream, variant, job, records: total, raw })
    }
  } finally {
    await stack.stop()
  }
}

function streamName(variant: string): string {
  return `bench-${variant.replace('+', '-')}`
}

/** What reading the log costs before anything of ours runs; CPU seconds per million records. */
async function reference(bench: Bench, stack: TestStack, stream: Stream): Promise<number> {
  bench.say('reference: kafkajs and avsc on the same log')
  const { consume, decode } = await readReference(stack, stream)
  bench.add('reference: kafkajs alone, same log', consume)
  bench.add('reference: decoding alone, same records', decode)
  return consume.cpuPerMillion + decode.cpuPerMillion
}

interface VariantJob {
  readonly bench: Bench
  readonly stack: TestStack
  readonly stream: Stream
  readonly variant: Variant
  readonly job: WorkerJob
  readonly records: number
  readonly raw: number
}

async function benchVariant({ bench, stack, stream, variant, job, records, raw }: VariantJob): Promise<void> {
  bench.say(`${variant.name}: ${records.toLocaleString('en')} events`)
  const profile = bench.options.profile ? bench.folder(`profile-${variant.name}`) : null
  const run = await runWorker(stack, stream, profile)
  await checkResult(stack, stream, job, records)
  addRows(bench, variant, run, records, raw)
  if (profile !== null) for (const line of profileLines(profile)) bench.say(line)
}

function addRows(bench: Bench, { name, most }: Variant, { worker, steady, servers, first }: WorkerRun, records: number, raw: number): void {
  const perMillion = (cpu: number, of = records) => (cpu / of) * 1e6
  const steadyCpu = perMillion(steady.cpu, steady.records)
  bench.add(
    `${name}: worker, whole run`,
    { perSecond: records / worker.seconds, cpuPerMillion: perMillion(worker.cpu), peakMb: worker.peakMb },
    { figure: 'cpuPerMillion', most, kind: 'gate' },
  )
  bench.add(`${name}: worker, steady`, { perSecond: steady.records / steady.seconds, cpuPerMillion: steadyCpu, ratio: steadyCpu / raw })
  for (const [server, { cpu, peakMb }] of Object.entries(servers.processes))
    bench.add(`${name}: ${server}`, { cpuPerMillion: perMillion(cpu), peakMb })
  bench.note(
    `${name}: ${first.cpu.toFixed(2)} CPU-s and ${first.seconds.toFixed(1)} s from the worker's start to its first folded batch, ${worker.seconds.toFixed(1)} s in all`,
  )
}
