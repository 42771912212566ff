import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Mapping, plainMapping } from '../../src/decode/mapping.ts'
import { type Reading, Refused } from '../../src/decode/reading.ts'
import { csvReadings } from './csv.ts'

const shared = (file: string) => new URL(`../../../../shared/data/${file}`, import.meta.url)
const read = (text: string | Uint8Array, over: Partial<Mapping>) =>
  csvReadings(typeof text === 'string' ? Buffer.from(text) : text, { ...plainMapping('Europe/London'), ...over })

const collections = {
  sensor: 'Site',
  at: 'Time (Europe/London)',
  fields: { level: 'Fill level (%)', frozen: 'Frozen', slot: 'Slot' },
  text: ['slot'],
}

test('rows are readings by the declared columns, with local times of the declared zone', () => {
  const text =
    '\uFEFFID,Site,Time (Europe/London),Fill level (%),Frozen,Slot,"Note, long"\r\n1,325143,2016-06-03 13:23:26,43,True,01,"a ""b"""\r\n2,325144,2016-12-03 13:23:26,,False,02,\r\n'
  expect(read(text, collections)).toMatchObject([
    { sensor: '325143', at: Date.parse('2016-06-03T12:23:26Z'), values: { level: 43, frozen: true, slot: '01' } },
    { sensor: '325144', at: Date.parse('2016-12-03T13:23:26Z'), values: { level: null, frozen: false, slot: '02' } },
  ])
})

test('rows without a header take the mapping’s columns', () => {
  const readings = read('a;2024-03-01T10:00:00Z;5\nb;2024-03-01T10:00:00Z;6', {
    separator: ';',
    columns: ['id', 't', 'n'],
    sensor: 'id',
    at: 't',
  })
  expect(readings).toMatchObject([
    { sensor: 'a', values: { n: 5 } },
    { sensor: 'b', values: { n: 6 } },
  ])
})

test('a row of other length is refused alone, with its number; a missing column and an empty text as a whole', () => {
  expect(read('id,t,n\na,1700000000,1\nb,2\nc,1700000000,3', { sensor: 'id', at: 't' })).toMatchObject([
    { sensor: 'a' },
    { reason: 'invalid', detail: 'row 2 has 2 cells, the header 3' },
    { sensor: 'c' },
  ])
  expect(read('id,n\na,1', { sensor: 'id', at: 't' })).toMatchObject({ reason: 'undecodable', detail: 'no column "t"' })
  expect(read('', {})).toMatchObject({ detail: 'empty' })
  expect(read('a,"b', {})).toBeInstanceOf(Refused)
  expect(read(Uint8Array.of(0xff, 0xfe), {})).toMatchObject({ detail: 'not UTF-8' })
})

test('published bays: two exports in different offsets speak of the same instants', () => {
  const files = ['offsets-10-11', '1721-offset-08'].map((name) =>
    shared(
      `melbourne-parking-bays/on-street-parking-bay-sensors-20250807T${name === 'offsets-10-11' ? '1059-offsets-10-11' : '1721-offset-08'}.csv`,
    ),
  )
  if (!files.every((file) => existsSync(file))) return
  const [first, second] = files.map((file) => {
    const readings = read(readFileSync(file), {
      sensor: 'KerbsideID',
      at: 'Status_Timestamp',
      fields: { state: 'Status_Description' },
      text: ['state'],
    })
    return new Map((readings as Reading[]).map((reading) => [reading.sensor, reading]))
  }) as [Map<string, Reading>, Map<string, Reading>]
  expect([first.size, second.size]).toEqual([3_309, 3_309])
  const steps = [...first.values()].map(({ sensor, at }) => (second.get(sensor as string)?.at ?? Number.NaN) - (at as number))
  expect(steps.filter((step) => step < 0 || Number.isNaN(step))).toEqual([])
  expect(steps.filter((step) => step > 0).length).toBe(1_923)
})

test('published collections: every row has a time and a level', () => {
  const file = shared('edinburgh-enevo-bins/collections-20160603-20160705.csv')
  if (!existsSync(file)) return
  const time = 'Date & Time of bin collection (Europe/London)'
  const level = "Fill level before collection (%) [Nb 100% is actually a bin that's 80% full]"
  const readings = read(readFileSync(file), { sensor: 'Site', at: time, fields: { level, frozen: 'Frozen' } }) as Reading[]
  expect(readings.length).toBe(4_190)
  expect(
    readings.filter(({ at, values }) => at === null || typeof values.level !== 'number' || typeof values.frozen !== 'boolean'),
  ).toEqual([])
})

test('any bytes are readings or a refusal, never an exception', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', '\uFEFF', '-', '.'), maxLength: 60 })
  fc.assert(
    fc.property(
      fc.oneof(
        text.map((t) => Buffer.from(t)),
        fc.uint8Array({ maxLength: 200 }),
      ),
      (bytes) => {
        const readings = read(bytes, {})
        for (const reading of readings instanceof Refused ? [] : readings) {
          if (!(reading instanceof Refused)) expect(Object.values(reading.values).some((value) => Number.isNaN(value))).toBe(false)
        }
      },
    ),
    { numRuns: 500 },
  )
})
