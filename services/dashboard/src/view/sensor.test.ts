import { expect, test } from 'vitest'
import { fullness, people, rowOf, sensorOf } from './samples.ts'
import { chosenOf, newestWindow, sensorsNow, tally } from './sensor.ts'

test('a total comes from the window’s row, where its parts alone could not be shown', () => {
  const held = sensorOf('1', { status: 'suppressed', span: { from: 0, to: 10 }, values: { in: null, out: null } })
  expect(sensorsNow([held], people, [rowOf({ sensor: '1', sum: 22, noiseSd: 4 })])[0]).toMatchObject({ state: 'value', value: 22, sd: 4 })
  expect(sensorsNow([held], people, null)[0]).toMatchObject({ state: 'few', value: null })
})

test('without rows: a missing part of a partly shown sensor was held back, of any other it is unknown', () => {
  const states = (status: 'ok' | 'partial' | 'no_data', values: Record<string, number | null>) =>
    sensorsNow([sensorOf('1', { status, values })], people, null)[0]?.state
  expect(states('ok', { in: 3, out: 4 })).toBe('value')
  expect(states('partial', { in: 30, out: null })).toBe('few')
  expect(states('ok', { in: 3 })).toBe('unknown')
  expect(states('no_data', {})).toBe('unknown')
  expect(sensorsNow([sensorOf('1', { values: { fullness: 0 } })], fullness, null)[0]).toMatchObject({ state: 'value', value: 0 })
})

test('the newest window ends by the watermark; without one it is the newest told of; readings tell none', () => {
  const told = [
    sensorOf('1', { span: { from: 100, to: 200 } }),
    sensorOf('2', { span: { from: 200, to: 300 } }),
    sensorOf('3', { span: { from: 999, to: 999 } }),
  ]
  expect(newestWindow(told, 250, 100)).toEqual({ from: 100, to: 200 })
  expect(newestWindow(told, null, 100)).toEqual({ from: 200, to: 300 })
  expect(newestWindow([sensorOf('3', { span: { from: 999, to: 999 } })], null, 100)).toBeNull()
})

test('the sensor asked for is chosen if the stream has it, else the highest, else the first by name', () => {
  const compare = (a: string, b: string) => a.localeCompare(b)
  const now = sensorsNow(
    [sensorOf('1', { values: { fullness: 2 } }), sensorOf('2', { values: { fullness: 8 } }), sensorOf('0', { status: 'no_data' })],
    fullness,
    null,
  )
  expect([chosenOf('1', now, compare), chosenOf('7', now, compare), chosenOf(null, [], compare)]).toEqual(['1', '2', null])
  expect(
    chosenOf(
      null,
      now.filter((s) => s.id === '0'),
      compare,
    ),
  ).toBe('0')
  expect(tally(now)).toEqual({ all: 3, value: 2, few: 0, unknown: 1 })
})
