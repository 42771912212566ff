import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@commonstream/runtime'
import type { Plan } from '../plan/plan.ts'
import { seededRandom } from '../plan/random.ts'
import { Device } from './device.ts'
import { type Progress, type StreamTally, Tally } from './tally.ts'

export interface SendOptions {
  /** The bridge: `mqtt://host:port`. */
  readonly url: string
  readonly clock: Clock
  /** As fast as the bridge acknowledges, whatever the clock says; the order stays. */
  readonly fast?: boolean
  /** Gives up when something is outstanding and nothing was acknowledged for so long (machine ms; default 120,000). */
  readonly patienceMs?: number
  /** Unacknowledged messages per device (default 100) and in all, those waiting for a connection included (default 5,000). */
  readonly window?: number
  readonly limit?: number
  /** Told before the first message how to ask for the progress; what it returns is called at the end. */
  readonly watch?: (progress: () => Progress) => () => void
  readonly signal?: AbortSignal
}

/** What became of a plan. */
export interface Outcome {
  readonly streams: readonly StreamTally[]
  /** Whether every message was acknowledged. */
  readonly complete: boolean
  /** Why it ended early; null if it did not. */
  readonly reason: string | null
}

/**
 * Sends a plan over MQTT, one client per device, each message when the clock passes its due time; what is due already
 * is sent at once, in order. Devices reconnect by themselves and send again what was not acknowledged. Ends when
 * everything is acknowledged, the patience is used up or the signal is aborted; all connections are closed then.
 */
export async function sendPlan(plan: Plan, options: SendOptions): Promise<Outcome> {
  const { url, clock, fast = false, patienceMs = 120_000, window = 100, limit = 5_000 } = options
  const ids = [...new Set(plan.sends.map(deviceOf))]
  const tally = new Tally(plan, ids, clock.real)
  const random = seededRandom(1)
  const devices = new Map(
    ids.map((id) => [id, new Device({ id, clientId: `fleet-${id.replace('/', '-')}`, url, window, random, events: tally })]),
  )
  const stalled = new AbortController()
  const patience = setInterval(() => {
    if (tally.stalledMs > patienceMs) stalled.abort(`nothing was acknowledged for ${Math.round(patienceMs / 1000)} s`)
  }, 200)
  const signal = options.signal === undefined ? stalled.signal : AbortSignal.any([options.signal, stalled.signal])
  const unwatch = options.watch?.(() => tally.progress)
  try {
    for (const send of plan.sends) {
      if (!fast) await untilDue(send.due, clock, signal)
      while (tally.outstanding >= limit) await tally.nextAcknowledgement(signal)
      signal.throwIfAborted()
      tally.handedOver()
      devices.get(deviceOf(send))?.push(send)
    }
    while (tally.outstanding > 0) await tally.nextAcknowledgement(signal)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearInterval(patience)
    unwatch?.()
    await Promise.all([...devices.values()].map((device) => device.close()))
  }
  const { streams, fault } = tally.progress
  const reason = signal.aborted ? [String(signal.reason), fault].filter((text) => text !== null).join('; ') : null
  return { streams, complete: streams.every((stream) => stream.acknowledged === stream.sends), reason }
}

/** A device serves one stream: the same gateway in two contracts is two clients. */
function deviceOf(send: { stream: string; device: string }): string {
  return `${send.stream}/${send.device}`
}

async function untilDue(due: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const left = (due - clock.now()) / clock.speed
    if (left <= 0) return
    await sleep(Math.min(Math.max(left, 1), 1_000), undefined, { signal })
  }
}
