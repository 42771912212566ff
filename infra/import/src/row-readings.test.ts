import { expect, test } from 'vitest'
import { shippedBins } from './import-fixture.ts'
import { readMapping } from './mapping.ts'
import { rowReader } from './row-readings.ts'

const bins = await shippedBins()
const stream = {
  ...bins,
  sensors: bins.sensors.map((s, i) => ({ ...s, name: i < 2 ? 'Town Hall' : `Place ${i}`, aliases: i === 0 ? ['1511190'] : [] })),
}
const [first, , third] = stream.sensors
const long = rowReader(
  stream,
  readMapping(
    'time: { at: t }\nsensor: s\nfields: { fullness: f }\nmissing: [na]\nvalues: { fullness: { full: 10 } }\nsensors: { Old: bin-02 }',
    stream,
  ),
)
const at = Date.parse('2018-08-13T00:00:00Z')
const read = (s: string, f: string, t = '2018-08-13T00:00:00Z') => long({ s, f, t })[0]

test('a sensor is known by the table of the mapping, its id, an alias, or a name that it has alone', () => {
  expect(['1511190', 'bin-02', 'Old', 'Place 2', ' bin-02 '].map((s) => (read(s, '4') as { sensor?: string }).sensor)).toEqual([
    first?.id,
    'bin-02',
    'bin-02',
    third?.id,
    'bin-02',
  ])
  expect(['PLACE  2', 'BIN-02'].map((s) => (read(s, '4') as { sensor?: string }).sensor)).toEqual([third?.id, 'bin-02'])
  for (const name of ['Town Hall', 'town hall']) expect(read(name, '4')).toEqual({ leftOut: 'unregistered', name })
})

test('of a sensor that was not installed yet, or removed, nothing is taken', () => {
  const sensors = stream.sensors.map((s) => (s.id === 'bin-02' ? { ...s, installed: '2018-08-13', removed: '2018-08-13' } : s))
  const dated = rowReader({ ...stream, sensors }, readMapping('time: { at: t }\nsensor: s\nfields: { fullness: f }', stream))
  // Days are those of Melbourne.
  const times = ['2018-08-12T13:59:59Z', '2018-08-12T14:00:00Z', '2018-08-13T13:59:59Z', '2018-08-13T14:00:00Z']
  const out = { leftOut: 'out_of_service' }
  const taken = expect.objectContaining({ sensor: 'bin-02' })
  expect(times.map((t) => dated({ s: 'bin-02', f: '4', t })[0])).toEqual([out, taken, taken, out])
})

test('a cell is a number, one of the table, or nothing; it is never guessed', () => {
  expect(read('bin-02', '4')).toEqual({ sensor: 'bin-02', at, values: [4] })
  expect(read('bin-02', 'full')).toMatchObject({ values: [10] })
  expect(['na', ''].map((f) => read('bin-02', f))).toEqual([{ leftOut: 'empty' }, { leftOut: 'empty' }])
  expect(['4%', 'undefined', '1e400', '0x4'].map((f) => read('bin-02', f))).toEqual(Array(4).fill({ leftOut: 'invalid' }))
})

test('a time that is none is said as what it is; where there is no value it is not asked for', () => {
  expect(read('bin-02', '4', 'soon')).toEqual({ leftOut: 'no_time' })
  expect(read('bin-02', '4', '2018-10-07 02:30')).toEqual({ leftOut: 'missing' })
  expect(read('bin-02', 'na', '2018-10-07 02:30')).toEqual({ leftOut: 'empty' })
})

test('each other column of a wide row is a sensor', () => {
  const wide = rowReader(stream, readMapping('time: { date: Date, hour: Hour }\nwide: fullness\nmissing: [na]', stream))
  expect(wide({ Date: '13/08/2018', Hour: '10', 'bin-02': '4', 'Place 2': 'na', Elsewhere: '6' })).toEqual([
    { sensor: 'bin-02', at, values: [4] },
    { leftOut: 'empty' },
    { leftOut: 'unregistered', name: 'Elsewhere' },
  ])
})
