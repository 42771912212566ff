import { setTimeout as sleep } from 'node:timers/promises'
import { RawConnection } from '@commonstream/fleet/simulate/raw-connection.ts'
import type { AckLedger } from './ack-ledger.ts'

export interface AckLoadOptions {
  readonly ledger: AckLedger
  /** MQTT ports of the bridges; sensor i has bridge i mod their number. */
  readonly bridges: readonly number[]
  /** How many events are to be made, and how many a second at most. */
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
  /** Resolves once all events are made and acknowledged. @throws when for a minute nothing is acknowledged */
  readonly done: Promise<void>
  /** Whether all events are made. */
  readonly made: boolean
  /** Makes one event at each of some sensors, now; `done` or `drained` waits for their acknowledgements. */
  fresh(stream: number, sensors: readonly number[]): number[]
  drained(): Promise<void>
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
const PATIENCE_MS = 60_000

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
  const drained = async () => {
    for (newest = performance.now(); outstanding() > 0; await sleep(5)) {
      flush()
      if (performance.now() - newest > PATIENCE_MS) throw new Error(`${outstanding()} messages stay without PUBACK`)
    }
  }

  async function run(): Promise<void> {
    const begin = performance.now()
    for (let turn = 0; ledger.length < o.events; await sleep(5)) {
      const due = Math.min(o.events, Math.floor(((performance.now() - begin) * o.rate) / 1_000))
      for (let full = 0; ledger.length < due && full < connections.length; turn++) {
        const sensor = turn % ledger.sensors.length
        if (of(sensor).outstanding >= 2 * WINDOW) full++
        else makeOne(turn, sensor)
      }
      flush()
      if (performance.now() - newest > PATIENCE_MS) throw new Error(`nothing was acknowledged for ${PATIENCE_MS / 1_000} s`)
    }
    await drained()
  }

  function makeOne(turn: number, sensor: number): void {
    const stream = Math.floor(turn / ledger.sensors.length) % ledger.streams.length
    const share = Math.imul(turn, 0x9e3779b1) >>> 0
    const part = share % 1_000
    const kind = part < LATE && stream === o.lateStream ? 'late' : part >= 1_000 - DISORDERED ? 'disordered' : 'plain'
    make(stream, sensor, kind, (share >>> 12) % 1_000 < TWICE ? 2 : 1)
  }

  const done = run()
  done.catch(() => undefined) // told to whoever waits for it
  return {
    pubacks,
    done,
    get made() {
      return ledger.length >= o.events
    },
    fresh(stream, sensors) {
      const made = sensors.map((sensor) => make(stream, sensor, 'plain', 1))
      flush()
      return made
    },
    drained,
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
