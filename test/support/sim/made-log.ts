import { hash } from 'node:crypto'
import { eventsTopic, type EventRecord, foldDocumentOf } from '@commonstream/schemas'
import { pointsOf } from './sim-city.ts'
import type { Simulation } from './simulation.ts'

const SECOND = 1_000

/**
 * Puts a small log of some seconds into the one partition of a simulation: three chunks and a bit, in which windows close and are
 * revised, events repeat, are late, clamped and garbage, and alerts come and go. Append times pass by the leader's clock.
 */
export function makeLog(sim: Simulation, start: number, { from = 1, to = 66 } = {}): void {
  const { kafka, stream, city } = sim
  const topic = eventsTopic(stream.name)
  const { codec } = city.contexts[0]!
  const at = (second: number) => {
    kafka.clockOffset = start + second * SECOND - sim.scheduler.now
  }
  const event = (second: number, sensor: string, when: number, value: number, clamped = false) => {
    at(second)
    const serial = Math.round(when * 10)
    const values = stream.disclosure === null ? { level: value, ...pointsOf(serial) } : { passing: value }
    const id = hash('sha256', `${sensor} ${serial}`, 'buffer').subarray(0, 16)
    const record = { event_id: id, sensor, at: start + when * SECOND, clamped, serial, ...values }
    kafka.append(topic, 0, [{ key: sensor, value: Buffer.from(codec.encode(record as unknown as EventRecord)) }])
  }
  const tick = (second: number, bridge: string) => {
    at(second)
    kafka.append(topic, 0, [{ key: null, value: null, headers: { kind: 'tick', bridge, asOf: String(start + second * SECOND) } }])
  }
  at(from - 1)
  kafka.append(topic, 0, [{ key: null, value: Buffer.from(JSON.stringify(foldDocumentOf(stream, null))), headers: { kind: 'fold' } }])
  for (let second = from; second < to; second += 3) {
    tick(second, second % 2 === 1 ? 'bridge-0' : 'bridge-1')
    event(second + 1, 'a', second + 1, second % 10)
    event(second + 1, 'b', second, second > 20 && second < 50 ? 9 : 1)
    if (second % 9 === 1) event(second + 2, 'a', second + 1, second % 10) // again
    if (second % 12 === 1 && second > 20) event(second + 2, 'c', second - 20, 10) // late
    if (second === 31) event(second, 'd', second, 3, true)
    if (second === 43) kafka.append(topic, 0, [{ key: 'stranger', value: Buffer.from('garbage') }])
  }
  kafka.clockOffset = 0
}
