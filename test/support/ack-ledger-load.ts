import { setTimeout as sleep } from 'node:timers/promises'
import { RawConnection } from '@commonstream/fleet/simulate/raw-connection.ts'
import type { AckLedger } from './ack-ledger.ts'

export interface AckLoadOptions {
  readonly ledger: AckLedger
  /** MQTT ports of the bridges; sensor i has bridge i mod their number. */
  readonly bridges: readonly number[]
  /** How many events are to be made at least, and how many a second at most. */
  readonly events: number
  readonly rate: number
  /** Place of a stream whose events may come after their windows are closed; of the others none is so late. */
  readonly lateStream: number
  readonly now: () => number
}

/** Sensors at work over MQTT, QoS 1. */
export interface AckLoad {
  /** PUBACKs that came from each bridge so far. */
  readonly pubacks: readonly number[]
  /** Rejects when nothing is acknowledged for a minute and a half. */
  readonly failed: Promise<never>
  /** Makes what is left of the events, no more, and resolves once all are acknowledged. */
  finish(): Promise<void>
  /** Makes one event at each of some sensors, now; returns their seqs. `finish` waits for their acknowledgements too. */
  fresh(stream: number, sensors: readonly number[]): number[]
  close(): void
}

const CONNECTIONS_PER_BRIDGE = 4
/** Unacknowledged messages per connection: below what the bridge lets a connection have. */
const WINDOW = 400
/** Of a thousand events so many are late beyond all closing, out of order, and sent twice. */
const LATE = 5
const DISORDERED = 50
const TWICE = 10
const LATE_MS = 60_000
/** How late an event out of order is. */
export const DISORDER_MS = 1_000
const PATIENCE_MS = 90_000
/** Once all events are made, sensors go on at this share of the rate until they are told to finish. */
const TRICKLE = 0.1

/** Lets the sensors make events at a steady rate. What a bridge does not take is not made: a sensor waits for its bridge. */
export function startAckLoad(o: AckLoadOptions): AckLoad {
  const { ledger, bridges } = o
  const pubacks = bridges.map(() => 0)
  let newest = performance.now()
  const connections = Array.from({ length: CONNECTIONS_PER_BRIDGE * bridges.length }, (_, i) => {
    const bridge = i % bridges.length
    const events = {
      sent: () => undefined,
      acknowledged(_ms: number, { payload }: { payload: string }) {
        ledger.acknowledge(payload)
        pubacks[bridge] = (pubacks[bridge] as number) + 1
        newest = performance.now()
      },
      connected: () => undefined,
      lost: () => undefined,
    }
    return new RawConnection({ host: '127.0.0.1', port: bridges[bridge] as number, clientId: `sensors-${i}`, window: WINDOW, events })
  })
  const clocks = new SensorClocks(o.now)
  const of = (sensor: number) => connections[sensor % connections.length] as RawConnection
  const make = (stream: number, sensor: number, kind: Kind, copies: number): number => {
    const seq = ledger.add(stream, sensor, clocks.at(stream, sensor, kind))
    for (let i = 0; i < copies; i++) of(sensor).push({ topic: ledger.topic(seq), payload: ledger.payload(seq) })
    return seq
  }
  const flush = () => connections.forEach((connection) => connection.flush())
  const outstanding = () => connections.reduce((sum, connection) => sum + connection.outstanding, 0)
  const asked = { finish: false }

  async function run(): Promise<void> {
    let allowed = 0
    let last = performance.now()
    for (let turn = 0; !asked.finish || ledger.length < o.events || outstanding() > 0; await sleep(5)) {
      const now = performance.now()
      if (now - newest > PATIENCE_MS)
        throw new Error(`nothing was acknowledged for ${PATIENCE_MS / 1_000} s, ${outstanding()} messages wait`)
      allowed = Math.min(o.rate, allowed + ((now - last) * o.rate * (ledger.length < o.events ? 1 : TRICKLE)) / 1_000)
      last = now
      for (let full = 0; allowed >= 1 && full < connections.length && !(asked.finish && ledger.length >= o.events); turn++) {
        const sensor = turn % ledger.sensors.length
        if (of(sensor).outstanding >= 2 * WINDOW) full++
        else {
          makeOne(turn, sensor)
          allowed--
        }
      }
      flush()
    }
  }

  function makeOne(turn: number, sensor: number): void {
    const stream = Math.floor(turn / ledger.sensors.length) % ledger.streams.length
    const share = Math.imul(turn, 0x9e3779b1) >>> 0
    const part = share % 1_000
    const kind = part < LATE && stream === o.lateStream ? 'late' : part >= 1_000 - DISORDERED ? 'disordered' : 'plain'
    make(stream, sensor, kind, (share >>> 12) % 1_000 < TWICE ? 2 : 1)
  }

  let running = run()
  const failed = Promise.withResolvers<never>()
  running.catch(failed.reject)
  failed.promise.catch(() => undefined) // told to whoever waits for it
  return {
    pubacks,
    failed: failed.promise,
    async finish() {
      asked.finish = true
      await running
    },
    fresh(stream, sensors) {
      const made = sensors.map((sensor) => make(stream, sensor, 'plain', 1))
      running = running.then(run)
      return made
    },
    close: () => connections.forEach((connection) => connection.close()),
  }
}

type Kind = 'plain' | 'disordered' | 'late'
const BEHIND_MS = { plain: 0, disordered: DISORDER_MS, late: LATE_MS }
/** Event times of the kinds lie in classes of their own, so that no sensor has two events at one instant. */
const CLASS = { plain: 0, disordered: 1, late: 2 }

class SensorClocks {
  readonly #now: () => number
  readonly #last = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Epoch ms of the sensor's next event of this kind: its own for ever. */
  at(stream: number, sensor: number, kind: Kind): number {
    const name = `${stream}|${sensor}|${kind}`
    const wanted = Math.floor((this.#now() - BEHIND_MS[kind]) / 4) * 4 + CLASS[kind]
    const at = Math.max(wanted, (this.#last.get(name) ?? 0) + 4)
    this.#last.set(name, at)
    return at
  }
}
