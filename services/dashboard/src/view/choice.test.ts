import { expect, test } from 'vitest'
import { readAddress } from '../address/address.ts'
import { choiceOf } from './choice.ts'
import { cityTime, timeOf } from './clock.ts'
import { measuresOf } from './measure.ts'
import { HOUR, pedestrians } from './samples.ts'

const now = Date.UTC(2023, 5, 5, 4, 10)
const bins = {
  ...pedestrians,
  name: 'bins',
  everyMs: 24 * HOUR,
  properties: [{ name: 'fullness', kind: 'gauge' as const, doc: '', unit: '1', observedProperty: 'x#fillingLevel' }],
  disclosure: null,
  ofGroups: false,
}
const choice = (search: string) => choiceOf(readAddress(search), [pedestrians, bins], now)

test('an address is followed as far as it fits, and completed by the page’s own choice', () => {
  expect(choice('')).toMatchObject({ stream: { name: 'pedestrians' }, measure: { id: 'total' }, range: 'day', stretch: { live: true } })
  expect(choice('?stream=bins&measure=in&range=day')).toMatchObject({
    stream: { name: 'bins' },
    measure: { id: 'fullness' },
    range: 'month',
  })
  expect(choice('?stream=nobody&measure=out&range=week&until=2023-06-01')).toMatchObject({
    stream: { name: 'pedestrians' },
    measure: { id: 'out' },
    range: 'week',
    stretch: { lastDay: '2023-06-01' },
  })
  expect(choiceOf(readAddress(''), [], now)).toBeNull()
})

test('unprotected figures of a protected stream are of today only', () => {
  expect(choice('?view=internal&range=month&until=2023-01-01')).toMatchObject({ range: 'day', stretch: { lastDay: '2023-06-05' } })
  expect(choice('?view=internal&stream=bins&range=week&until=2023-01-01')).toMatchObject({
    range: 'week',
    stretch: { lastDay: '2023-01-01' },
  })
})

test('counts of one thing have a total before them, counts of different things do not', () => {
  expect(measuresOf(pedestrians).map((m) => [m.id, m.properties.length])).toEqual([
    ['total', 2],
    ['in', 1],
    ['out', 1],
  ])
  const [first, second] = pedestrians.properties
  expect(measuresOf({ ...pedestrians, properties: [first!, { ...second!, observedProperty: 'x#vehicleCount' }] }).map((m) => m.id)).toEqual(
    ['in', 'out'],
  )
})

test('the city’s clock runs on at its speed; without a word from the service it is the machine’s', () => {
  expect(cityTime({ now: 1_000_000, speed: 60, replayOf: 0 }, 500, 1500)).toBe(1_060_000)
  expect(cityTime({ now: 1_000_000, speed: 1, replayOf: null }, 500, 400)).toBe(1_000_000)
  const nothing = { value: null, etag: null, taken: null, confirmed: null, fault: null, faultSince: null }
  expect(timeOf(nothing, 7)).toBeNull()
  expect(timeOf({ ...nothing, fault: { sort: 'network', status: null, reason: '', waitMs: null } }, 7)).toBe(7)
})
