import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadCity } from '../contract/load-city.ts'
import type { Stream } from '../contract/stream.ts'
import { assessedScopeOf, beyondScope } from './assessed-scope.ts'

const { streams } = await loadCity(join(import.meta.dirname, '..', '..'))
const counts = streams.find((s) => s.name === 'pedestrian-counts')!
const bins = streams.find((s) => s.name === 'bin-levels')!
const beyond = (before: Stream, change: Partial<Stream>) => beyondScope(assessedScopeOf(before), assessedScopeOf({ ...before, ...change }))

test('what stays within an approval, or becomes less, needs none', () => {
  expect(beyond(counts, {})).toEqual([])
  expect(beyond(counts, { title: 'Walkers', access: { ...counts.access, level: 'closed', grounds: 'x' } })).toEqual([])
  expect(beyond(counts, { retention: { ...counts.retention, windowsMs: 1 }, properties: counts.properties.slice(1) })).toEqual([])
  expect(beyond(counts, { disclosure: { ...counts.disclosure!, epsilon: [1, 4], group: 20 } })).toEqual([])
  expect(beyond(bins, { personalData: 'none', disclosure: counts.disclosure })).toEqual([])
})

test.each<[Partial<Stream>, RegExp]>([
  [{ purpose: 'anything' }, /purpose was "Plan/],
  [{ personalData: 'pseudonymous' }, /personalData becomes pseudonymous/],
  [{ properties: [...counts.properties, { ...counts.properties[0]!, name: 'bicycles' }] }, /the property bicycles is new/],
  [{ properties: counts.properties.map((p) => ({ ...p, resolution: '0.1' })) }, /direction_1 is kept more finely: 0.1, was 1/],
  [{ retention: { ...counts.retention, readingsMs: counts.retention.readingsMs + 1 } }, /^retention.readings is longer$/],
  [{ disclosure: null }, /no longer protected/],
  [{ disclosure: { ...counts.disclosure!, epsilon: [2, 3] } }, /epsilon is larger/],
  [{ disclosure: { ...counts.disclosure!, group: 9 } }, /group is smaller/],
  [{ source: { ...counts.source, sensors: 'open' } }, /registered and become open/],
])('what goes beyond is said: %j', (change, said) => expect(beyond(counts, change).join('; ')).toMatch(said))

test('a closed stream that becomes public goes beyond', () => {
  const closed = { ...bins, access: { level: 'closed', licence: null, grounds: 'x' } } as const
  expect(beyond(closed, { access: bins.access })).toEqual(['access was closed and becomes public'])
})

test('finer times, history of single sensors and smaller groups go beyond; a policy of noise does not', () => {
  const bays = { ...bins, publish: { timeMs: 300_000, history: 'zone', group: 10 } } as const
  expect(beyond(bays, { publish: null })).toEqual(['published times become finer', 'history of single sensors is published'])
  expect(beyond(bays, { publish: { timeMs: 60_000, history: 'zone', group: 5 } })).toEqual([
    'published times become finer',
    'publish.group is smaller',
  ])
  expect(beyond(bays, { publish: { timeMs: 600_000, history: 'zone', group: 12 } })).toEqual([])
  expect(beyond(bays, { publish: null, disclosure: counts.disclosure })).toEqual([])
  expect(beyond(bins, { publish: bays.publish })).toEqual([])
})
