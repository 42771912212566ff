import { type DocumentRecord, eventsTopic, foldDocumentOf, type Stream, topicsOf } from '@commonstream/schemas'
import { twoStreams } from '@commonstream/schemas/support/two-streams.ts'
import { expect, test } from 'vitest'
import { observed } from './observed-fixture.ts'
import { planDocument } from './plan-document.ts'

const city = await twoStreams()
const pedestrians = city.streams.find((s) => s.name === 'pedestrian-counts')!
const spec = topicsOf(city).find((t) => t.name === eventsTopic('pedestrian-counts'))!
const first: DocumentRecord = {
  ...{ stream: 'pedestrian-counts', number: 1, state: 'done', starts: ['0', '0', '0', '0'] },
  document: foldDocumentOf(pedestrians, null),
}
const state = observed({
  topics: new Map([
    [spec.name, { partitions: 4, replication: 1, untouched: false, config: { ...spec.config, 'min.insync.replicas': '1' } }],
  ]),
  documents: new Map([['pedestrian-counts', [first]]]),
})
const planAt = (stream: Stream, now: number, replay = false) => planDocument({ stream, spec, replication: 1, observed: state, now, replay })

test('a sensor that was removed leaves a protected stream at a marker, on the day after; in a replay it stays', () => {
  const removed = { ...pedestrians, sensors: pedestrians.sensors.map((s) => (s.id === '59' ? { ...s, removed: '2026-11-24' } : s)) }
  // In Melbourne the 24th ends at 13:00 UTC.
  expect(planAt(removed, Date.UTC(2026, 10, 24, 12, 59)).steps).toEqual([])
  const { steps } = planAt(removed, Date.UTC(2026, 10, 24, 13, 0))
  expect(steps.map((s) => s.do)).toEqual(['record document', 'append marker', 'close document'])
  const others = pedestrians.sensors.map((s) => s.id).filter((id) => id !== '59')
  expect(steps[0]).toMatchObject({ record: { number: 2, document: { from: Date.UTC(2026, 10, 24, 13, 15), sensors: others.toSorted() } } })
  expect(planAt(removed, Date.UTC(2026, 10, 25), true).steps).toEqual([])
})

test('a sensor that joins a protected stream joins at a marker, a place that changes needs none', () => {
  const [one] = pedestrians.sensors
  const joined = { ...pedestrians, sensors: [...pedestrians.sensors, { ...one!, id: '999' }] }
  expect(planAt(joined, Date.UTC(2026, 10, 25)).steps[0]).toMatchObject({
    record: { document: { sensors: expect.arrayContaining(['999']) } },
  })
  const moved = { ...pedestrians, sensors: pedestrians.sensors.map((s) => ({ ...s, zone: 'elsewhere' })) }
  expect(planAt(moved, Date.UTC(2026, 10, 25)).steps).toEqual([])
})
