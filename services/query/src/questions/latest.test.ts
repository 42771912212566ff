import type { Property, Sensor, Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { latestRows } from './latest.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2023, 5, 5, 12)
const bay = { name: 'bay', kind: 'state', label: true, resolution: '1' } as unknown as Property
const source = { everyMs: HOUR, silence: 'unknown' }
const stream = { disclosure: null, source, properties: [bay] } as unknown as Stream
const sensor = (id: string, everyMs: number) => ({ id, zone: null, everyMs }) as Sensor
const said = (id: string, ago: number) => ({ sensor: id, at: NOW - ago, from: null, to: null, policy: 0, figures: ['free'] })

test('a state is believed for three intervals: those of the stream, of a slower sensor its own', () => {
  const register = [sensor('slow', 12 * HOUR), sensor('usual', HOUR), sensor('quick', HOUR / 60), sensor('dead', HOUR)]
  const found = [said('slow', 35 * HOUR), said('usual', 2 * HOUR), said('quick', 2 * HOUR), said('dead', 4 * HOUR)]
  const rows = latestRows(stream, register, found, NOW)
  expect(rows.map(({ sensor: id, values, reporting, status }) => [id, values['bay'], reporting, status])).toEqual([
    ['dead', null, false, 'no_data'],
    ['quick', 'free', true, 'ok'],
    ['slow', 'free', true, 'ok'],
    ['usual', 'free', true, 'ok'],
  ])
})
