import type { Sensor } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { groupsOf, inService } from './groups.ts'

const sensor = (id: string, zone: string | null): Sensor => ({
  id,
  name: id,
  zone,
  gateway: null,
  lon: null,
  lat: null,
  place: 'none',
  everyMs: 1,
  installed: null,
  removed: null,
  aliases: [],
})
const sensors = [sensor('1', 'west'), sensor('2', null), sensor('3', 'east'), sensor('4', 'west')]

test('groups are in the order of their keys, and hold every sensor once', () => {
  const ids = (by: 'sensor' | 'zone' | 'all') =>
    groupsOf({ by, sensors }).map((group) => [group.key, group.sensors.map((s) => s.id).join('')])
  expect(ids('all')).toEqual([['', '1234']])
  expect(ids('zone')).toEqual([
    ['', '2'],
    ['east', '3'],
    ['west', '14'],
  ])
  expect(ids('sensor')).toEqual([
    ['1', '1'],
    ['2', '2'],
    ['3', '3'],
    ['4', '4'],
  ])
})

test('a sensor is in service from the local day it was installed to the one it was removed', () => {
  const dates = { installed: '2025-04-06', removed: '2025-04-07T10:00:00+10:00' }
  const at = (text: string) => inService(dates, Date.parse(text), Date.parse(text) + 1, 'Australia/Melbourne')
  expect(['2025-04-05T12:59:59Z', '2025-04-05T13:00:00Z', '2025-04-06T23:59:59Z', '2025-04-07T00:00:00Z'].map(at)).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect(inService({ installed: null, removed: null }, 0, 1, 'UTC')).toBe(true)
})
