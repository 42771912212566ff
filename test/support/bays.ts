import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventCodec, type EventRecord, eventsTopic, foldDocumentOf, type Stream } from '@commonstream/schemas'
import type { Producer } from 'kafkajs'
import { sensorIds } from './city-folder.ts'
import { seeded } from './log-load.ts'

const SHIPPED = fileURLToPath(new URL('../../schemas', import.meta.url))
const MINUTE = 60_000

export const BAYS = { sensors: sensorIds(13), minutes: 360, start: Date.parse('2023-06-05T00:00:00Z'), sizeMs: 15 * MINUTE } as const

const CONTRACT = `stream: made-bays
title: Bays that charge cars
description: Whether a bay is taken, and what its meter shows.
steward: { organisation: A city, unit: Streets, contact: mailto:opendata@example.org }
purpose: Tests
legalBasis: public task
assessment: { reference: PIA-1, approved: 2023-01-01, by: Privacy Officer, review: 2036-01-01 }
personalData: none
access: { level: public, licence: CC-BY-4.0 }
source: { mqtt: "city/made-bays/{sensor}", codec: json, sensors: registered, every: PT10M, silence: unknown }
partitions: 1
time: { zone: Australia/Melbourne, ahead: PT5M, behind: P30D, lateness: PT10M, catchUp: PT2M }
windows: { size: PT15M, properties: { energy: [sum, last], bay: [duration, arrivals, last] } }
retention: { topic: P7D, readings: P1Y, partials: P1Y, windows: P10Y }
disclosure: { none: "A made stream: nobody parks there." }
`

/** How often a sensor is to report: one is slower than the stream says of all. */
export const everyMinutes = (sensor: string) => (isSlow(sensor) ? 30 : 10)
const isSlow = (sensor: string) => sensor.endsWith('3')

const common = { unit: '1', observedProperty: 'urn:x', doc: 'x' }
const EVENT = {
  ...{ type: 'record', name: 'Bay', namespace: 'city', schemaId: 911 },
  fields: [
    { ...common, name: 'energy', type: 'double', kind: 'counter', resolution: '0.5', rollover: '1000' },
    {
      ...common,
      name: 'bay',
      type: ['null', { type: 'enum', name: 'BayState', symbols: ['free', 'taken', 'out_of_order'] }],
      kind: 'state',
    },
  ],
}

/** Writes a city's folder with one stream of a counter and a labelled state. */
export function writeBays(dir: string): void {
  const to = path.join(dir, 'streams', 'made-bays')
  mkdirSync(path.join(to, 'examples'), { recursive: true })
  for (const entry of ['city.yaml', 'topics']) cpSync(path.join(SHIPPED, entry), path.join(dir, entry), { recursive: true })
  writeFileSync(path.join(to, 'contract.yaml'), CONTRACT)
  writeFileSync(path.join(to, 'event.avsc'), JSON.stringify(EVENT))
  const feature = (id: string, i: number) => ({
    type: 'Feature',
    id,
    geometry: null,
    properties: { name: id, place: 'none', zone: i % 2 === 0 ? 'north' : 'south', every: `PT${everyMinutes(id)}M` },
  })
  writeFileSync(path.join(to, 'sensors.geojson'), JSON.stringify({ type: 'FeatureCollection', features: BAYS.sensors.map(feature) }))
  writeFileSync(path.join(to, 'examples', 'one.json'), JSON.stringify({ at: '2023-06-05T07:59:00+10:00', energy: 12.5, bay: 'taken' }))
}

export interface BayEvent {
  readonly sensor: string
  /** On a whole minute. */
  readonly at: number
  readonly energy: number
  readonly bay: string | null
  /** Minute of the run at which it comes, and how often. */
  readonly comes: number
  readonly copies: number
}

/** Reproducible events of some hours: falls and rollovers of meters, states said again, reports that come up to two hours late or twice. */
export function bayEvents(): BayEvent[] {
  const random = seeded(11)
  const int = (n: number) => Math.floor(random() * n)
  const events: BayEvent[] = []
  for (const sensor of BAYS.sensors.slice(0, -1)) {
    let energy = int(900)
    for (let minute = int(40); minute < BAYS.minutes; minute += 1 + int(isSlow(sensor) ? 90 : 12)) {
      energy = random() < 0.04 ? int(20) : (energy + int(30) / 2) % 1_000
      const bay = random() < 0.1 ? null : (['free', 'taken', 'out_of_order'][int(5) % 3] as string)
      const comes = minute + (random() < 0.15 ? int(120) : 0)
      events.push({ sensor, at: BAYS.start + minute * MINUTE, energy, bay, comes, copies: random() < 0.05 ? 2 : 1 })
    }
  }
  // One says nothing for five hours: what stands before its newest report is long no longer believed, and counts all the same.
  const rare = BAYS.sensors.at(-1) as string
  for (const [minute, energy, bay] of [
    [27, 40, 'free'],
    [347, 55.5, 'taken'],
  ] as const)
    events.push({ sensor: rare, at: BAYS.start + minute * MINUTE, energy, bay, comes: minute, copies: 1 })
  return events
}

export const idOf = (e: Pick<BayEvent, 'sensor' | 'at'>) => hash('sha256', `${e.sensor} ${e.at}`, 'buffer').subarray(0, 16)

/** Writes the events as a bridge would: a tick per minute, the marker again every hour and a half, which begins a chunk. */
export async function loadBays(producer: Producer, stream: Stream, events: readonly BayEvent[]): Promise<void> {
  const codec = eventCodec(stream)
  const marker = { key: null, value: Buffer.from(JSON.stringify(foldDocumentOf(stream, null))), headers: { kind: 'fold' } }
  for (let minute = 0; minute < BAYS.minutes + 1; minute++) {
    const messages = events
      .filter((e) => e.comes === minute)
      .flatMap((e) => {
        const record = { event_id: idOf(e), sensor: e.sensor, at: e.at, clamped: false, energy: e.energy, bay: e.bay } as EventRecord
        return Array.from({ length: e.copies }, () => ({ key: e.sensor, value: Buffer.from(codec.encode(record)) }))
      })
    const asOf = String(BAYS.start + minute * MINUTE)
    const tick = { key: null, value: null, headers: { kind: 'tick', bridge: 'load', asOf } }
    const all = [...(minute % 90 === 45 ? [marker] : []), ...messages, tick]
    await producer.send({ topic: eventsTopic(stream.name), acks: -1, messages: all.map((m) => ({ ...m, partition: 0 })) })
  }
}

type Report<T> = { readonly at: number; readonly value: T }

/** What came of one sensor by the end of the run, in time order. */
export function reportsOf(events: readonly BayEvent[], sensor: string) {
  const came = events.filter((e) => e.sensor === sensor && e.comes <= BAYS.minutes).sort((a, b) => a.at - b.at)
  return {
    energy: came.map((e): Report<number> => ({ at: e.at, value: e.energy })),
    bay: came.flatMap((e): Report<string>[] => (e.bay === null ? [] : [{ at: e.at, value: e.bay }])),
  }
}

/** From the definition, for any span: each report of the meter against the one before it, wherever that was. kWh. */
export function counted(all: readonly Report<number>[], from: number, to: number) {
  const out = { count: 0, known: 0, sum: 0, resets: 0, unknown: 0, last: null as number | null }
  all.forEach((report, i) => {
    if (report.at < from || report.at >= to) return
    out.count++
    out.last = report.value
    const before = all[i - 1]?.value
    if (before === undefined) out.unknown++
    else if (report.value >= before) out.sum += report.value - before
    else if (before >= 750 && report.value < 250) out.sum += 1_000 - before + report.value
    else {
      out.resets++
      out.sum += report.value
    }
  })
  return { ...out, sum: out.count > out.unknown ? out.sum : null }
}

/**
 * From the definition, for any span: the state asked for at every minute, transitions by looking at neighbours. Minutes.
 * @param isKnown whether it is known at an instant; always without
 */
export function lasted(all: readonly Report<string>[], from: number, to: number, isKnown: (at: number) => boolean = () => true) {
  const duration: Record<string, number> = {}
  const arrivals: Record<string, number> = {}
  for (let at = from; at < to; at += MINUTE) {
    const now = all.findLast((r) => r.at <= at)
    if (now !== undefined && isKnown(at)) duration[now.value] = (duration[now.value] ?? 0) + 1
  }
  all.forEach(({ at, value }, i) => {
    const before = all[i - 1]
    if (at >= from && at < to && before !== undefined && before.value !== value) arrivals[value] = (arrivals[value] ?? 0) + 1
  })
  const mine = all.filter((r) => r.at >= from && r.at < to)
  return { count: mine.length, duration, arrivals, last: mine.at(-1)?.value ?? null }
}
