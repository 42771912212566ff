import { expect, test } from 'vitest'
import { shippedBins } from './import-fixture.ts'
import { readMapping } from './mapping.ts'

const bins = await shippedBins()
const GOOD = 'time: { at: timestamp }\nsensor: serialNumber\nfields: { fullness: latestFullness }'

test('a mapping has its defaults', () => {
  expect(readMapping(GOOD, bins)).toMatchObject({
    separator: ',',
    columns: null,
    time: 'timestamp',
    hour: null,
    zone: 'Australia/Melbourne',
    ambiguous: null,
    sensor: 'serialNumber',
    windowMs: null,
    missing: new Set(['']),
  })
  expect(readMapping('time: { date: Date, hour: Hour, ambiguous: later }\nwide: fullness\nwindow: PT1H', bins)).toMatchObject({
    time: 'Date',
    hour: 'Hour',
    ambiguous: 'later',
    sensor: null,
    windowMs: 3_600_000,
  })
})

test.each([
  ['a: b: c', /not YAML/],
  ['just a text', /must be object/],
  ['time: {}\nsensor: s\nfields: { fullness: f }', /takes "time.at", or "time.date"/],
  [GOOD.replace('at: timestamp', 'at: a, hour: h'), /"time.hour" without "time.date"/],
  [`${GOOD}\nwide: fullness`, /takes either "sensor"/],
  [GOOD.replace('fullness: l', 'weight: l'), /names "weight", which bin-levels does not measure/],
  [`${GOOD}\nwindow: PT7M`, /"window" must be a multiple/],
  [`${GOOD}\nwindow: P1D`, /"window" must be a multiple/],
  [GOOD.replace('timestamp', 'timestamp, zone: Nowhere'), /"Nowhere" is no IANA time zone/],
  [`${GOOD}\nsensors: { Old: bin-99 }`, /"Old" as sensor "bin-99", which is not in the register/],
  [`${GOOD}\ncolour: red`, /does not know "colour"/],
])('%j is refused', (yaml, message) => {
  expect(() => readMapping(yaml, bins)).toThrow(message)
})

test('what lies between values is not imported', () => {
  const counter = { ...bins, properties: bins.properties.map((p) => ({ ...p, kind: 'counter' as const })) }
  expect(() => readMapping(GOOD, counter)).toThrow(/"fullness", a counter/)
})
