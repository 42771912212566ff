import { QUARANTINE_TOPIC } from '@commonstream/schemas'
import type { Finished } from './checks.ts'

/** Readings, newest values and quarantine: what was stored is there once, what was refused is there with its place. */
export function checkReadings(finished: Finished): void {
  const { sim, oracle, owns, say } = finished
  const rows = sim.store.rows(`${sim.stream.table}_readings`).filter((r) => owns(String(r['sensor'])))
  // Of repetitions the last stands; a clamped one that was judged again, beyond the horizon, at its new instant too.
  const have = new Map(rows.map((r) => [`${String(r['event_id'])} at ${Number(r['at'])}`, r]))
  const want = new Map(oracle.readings.map((r) => [`${r.event.event_id.toString('hex')} at ${r.event.at}`, r]))
  for (const [id, { offset, event, values }] of want) {
    const row = have.get(id)
    const names = sim.city.contexts[0]!.properties.map((p) => p.name)
    const text = JSON.stringify([event.sensor, event.at, event.clamped, offset, ...names.map((n) => values[n] ?? null)])
    const got = row && JSON.stringify([row['sensor'], row['at'], row['clamped'], row['offset'], ...names.map((n) => row[n] ?? null)])
    if (got !== text) say(`reading ${id}: ${got} instead of ${text}`)
  }
  for (const id of have.keys()) if (!want.has(id)) say(`reading ${id}, of which the log knows nothing`)
  if (!sim.city.contexts[0]!.isProtected) checkLatest(finished)
  checkQuarantine(finished)
}

function checkLatest({ sim, oracle, owns, say }: Finished): void {
  const newest = new Map<string, number>()
  for (const { event } of oracle.readings)
    newest.set(event.sensor, Math.max(newest.get(event.sensor) ?? Number.NEGATIVE_INFINITY, event.at))
  const rows = new Map(sim.store.rows(`${sim.stream.table}_latest`).map((r) => [String(r['sensor']), r['at']]))
  for (const [sensor, at] of newest)
    if (owns(sensor) && rows.get(sensor) !== at) say(`newest of ${sensor} is ${rows.get(sensor)} instead of ${at}`)
}

function checkQuarantine({ sim, partition, oracle, say }: Finished): void {
  const codec = sim.city.contexts[0]!.refusedCodec
  const places = new Set<number>()
  for (const { value } of sim.kafka.partition(QUARANTINE_TOPIC, 0).records) {
    const refused = codec.decode(value as Buffer)
    if (refused['topic'] === sim.city.contexts[0]!.eventsTopic && refused['partition'] === partition) places.add(Number(refused['offset']))
  }
  for (const offset of oracle.rejected) if (!places.delete(offset)) say(`the refused record at ${offset} is not in quarantine`)
  for (const offset of places) say(`the record at ${offset} is in quarantine although it is sound`)
}
