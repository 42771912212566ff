import { setTimeout as sleep } from 'node:timers/promises'
import { loadCity } from '@commonstream/schemas'
import mqtt from 'mqtt'
import type { TestStack } from '../../support/stack.ts'
import { watchAlerts, watchLatest } from '../arrivals.ts'
import type { Bench } from '../bench.ts'
import { LIVE, PROBE_COUNT, probeSensors } from '../live-city.ts'
import type { LiveStack } from '../live-stack.ts'
import { percentile } from '../percentile.ts'
import type { Wanted } from '../row.ts'

const MEAN_GAP_MS = 100
const PATIENCE_MS = 20_000

/** From PUBLISH at a sensor to its PUBACK, to its alert on Kafka, and to whoever asks for the latest, beside the live load. */
export async function benchLatency(bench: Bench, live: LiveStack): Promise<void> {
  const stack = await live.load()
  const sensors = probeSensors().slice(0, Math.max(20, bench.scaled(LIVE.probes)))
  bench.say(`${sensors.length} sensors publish one reading each and are watched`)
  const city = await loadCity(stack.env()['CITY_SCHEMAS'] as string)
  const latest = watchLatest(`${stack.url('query')}/v1/streams/${LIVE.stream}/latest`, sensors)
  const alerts = await watchAlerts(stack, city)
  try {
    const { sentAt, acknowledgedAt } = await publish(stack, sensors)
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
      if (latest.seenAt.size >= sensors.length && alerts.seenAt.size >= sensors.length) break
    }
    live.checkLoad()
    const wanted = (p50: number | null, p99: number): Wanted[] => [
      ...(p50 === null ? [] : [{ figure: 'p50Ms', most: p50, kind: 'goal' } as const]),
      { figure: 'p99Ms', most: p99, kind: 'goal' },
    ]
    addLatencies(bench, 'PUBLISH to PUBACK', sentAt, acknowledgedAt, [])
    addLatencies(bench, 'PUBLISH to GET /latest', sentAt, latest.seenAt, wanted(1_500, 5_000))
    addLatencies(bench, 'PUBLISH to city.alerts', sentAt, alerts.seenAt, wanted(null, 1_000))
    bench.note(`${latest.asked} questions for /latest, ${latest.unchanged} of them answered "unchanged"`)
  } finally {
    await latest.stop()
    await alerts.stop()
  }
}

/** Publishes one reading per sensor at odd moments, so that no beat of ours meets a beat of the flush. Times as `performance.now()`. */
async function publish(
  stack: TestStack,
  sensors: readonly string[],
): Promise<{ sentAt: Map<string, number>; acknowledgedAt: Map<string, number> }> {
  const client = await mqtt.connectAsync(stack.url('mqtt'), { clientId: 'bench-probe', reconnectPeriod: 0 })
  const [sentAt, acknowledgedAt] = [new Map<string, number>(), new Map<string, number>()]
  const acknowledgements = sensors.map(async (sensor, i) => {
    // Multiples of the golden ratio are spread evenly over whatever period one looks at.
    await sleep((i + ((i * 0.618_034) % 1)) * MEAN_GAP_MS)
    const reading = { at: new Date().toISOString(), direction_1: PROBE_COUNT, direction_2: 0 }
    sentAt.set(sensor, performance.now())
    await client.publishAsync(`city/${LIVE.stream}/${sensor}`, JSON.stringify(reading), { qos: 1 })
    acknowledgedAt.set(sensor, performance.now())
  })
  try {
    await Promise.all(acknowledgements)
  } finally {
    await client.endAsync()
  }
  return { sentAt, acknowledgedAt }
}

/** @throws Error if something never arrived: the slowest would be left out of the percentiles */
function addLatencies(
  bench: Bench,
  what: string,
  from: ReadonlyMap<string, number>,
  to: ReadonlyMap<string, number>,
  wanted: readonly Wanted[],
): void {
  const latencies = [...from].flatMap(([sensor, begun]) => (to.has(sensor) ? [(to.get(sensor) as number) - begun] : []))
  if (latencies.length < from.size)
    throw new Error(`${what}: ${from.size - latencies.length} of ${from.size} readings did not arrive within ${PATIENCE_MS / 1_000} s`)
  bench.add(what, { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) }, ...wanted)
}
