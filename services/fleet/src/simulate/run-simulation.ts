import type { Clock } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import { topicOf } from '../plan/plan-replay.ts'
import { Load, type SimulationProgress } from './load.ts'
import { payloadOf } from './payload.ts'
import { SLICE_MS, slices } from './readings.ts'
import type { Simulation } from './simulation.ts'

export interface SimulateOptions {
  readonly stream: Pick<Stream, 'name' | 'source' | 'sensors' | 'properties'>
  readonly simulation: Simulation
  /** `mqtt://host:port` */
  readonly url: string
  /** Readings bear the city's time; the rate is per second of the machine. */
  readonly clock: Clock
  /** Sends what is due within so many seconds; by default without end, until the signal is aborted. */
  readonly seconds?: number
  /** Default 4; sensor i sends over connection i mod `connections`. */
  readonly connections?: number
  /** Unacknowledged messages per connection; default 500. */
  readonly window?: number
  /** As fast as acknowledged: the same messages, without waiting for their time. */
  readonly fast?: boolean
  /** Gives up when something is outstanding and nothing was acknowledged for so long (ms; default 60,000). */
  readonly patienceMs?: number
  /** Told before the first message how to ask for the progress; what it returns is called at the end. */
  readonly watch?: (progress: () => SimulationProgress) => () => void
  readonly signal?: AbortSignal
}

export interface SimulationOutcome extends SimulationProgress {
  /** Between write and PUBACK, ms. */
  readonly latency: { readonly p50: number | null; readonly p99: number | null }
  /** Whether everything that was sent is acknowledged. */
  readonly complete: boolean
}

/** A simulation that was stopped by hand waits no longer for what is still unacknowledged. */
const ABORTED_PATIENCE_MS = 5_000

/** The simulated sensors' ids: the contract's, then `sim-0001` and so on where more are wanted than it has. */
export function simulatedIds(stream: Pick<Stream, 'sensors'>, count: number): string[] {
  const registered = stream.sensors.slice(0, count).map((sensor) => sensor.id)
  return [...registered, ...Array.from({ length: count - registered.length }, (_, i) => `sim-${String(i + 1).padStart(4, '0')}`)]
}

/**
 * Runs a simulated fleet over a few raw connections. Ends after `seconds` of schedule or at the signal, once everything
 * is acknowledged or the patience is used up.
 */
export async function runSimulation(options: SimulateOptions): Promise<SimulationOutcome> {
  const { stream, simulation, clock, seconds = Number.POSITIVE_INFINITY, fast = false, patienceMs = 60_000, signal } = options
  const load = new Load({ ...options, name: stream.name })
  const topics = simulatedIds(stream, simulation.sensors).map((id) => topicOf(stream.source.mqtt, id))
  const start = clock.now()
  const unwatch = options.watch?.(() => load.progress)
  let slice = 0
  for (const readings of slices(simulation)) {
    if (slice * SLICE_MS >= seconds * 1_000 || signal?.aborted) break
    if (!fast) await load.waitFor(slice * SLICE_MS)
    load.scheduledMs = ++slice * SLICE_MS
    for (const reading of readings) {
      load.push(reading.sensor, {
        topic: topics[reading.sensor] as string,
        payload: payloadOf(stream.properties, reading, start, clock.speed),
      })
    }
    if (!(await load.room(patienceMs, signal))) break
  }
  const complete = await load.drained(signal?.aborted ? Math.min(patienceMs, ABORTED_PATIENCE_MS) : patienceMs)
  const outcome = {
    ...load.progress,
    behind: 0,
    latency: { p50: load.latencies.percentile(0.5), p99: load.latencies.percentile(0.99) },
    complete,
  }
  unwatch?.()
  load.close()
  return outcome
}
