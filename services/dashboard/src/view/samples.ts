import type { RowAnswer, SensorAnswer, StreamAnswer } from '../answers/answers.ts'
import type { Measure } from './measure.ts'
import type { SensorNow } from './sensor.ts'

/** Small answers for the unit tests of this folder. */

export const HOUR = 3_600_000

export const people: Measure = { id: 'total', properties: ['in', 'out'], kind: 'count', unit: '1', observed: 'peopleCount', doc: '' }
export const fullness: Measure = { id: 'fullness', properties: ['fullness'], kind: 'gauge', unit: '1', observed: 'fillingLevel', doc: '' }

export const pedestrians: StreamAnswer = {
  name: 'pedestrians',
  title: 'Pedestrians',
  description: '',
  organisation: 'City',
  licence: 'CC-BY-4.0',
  zone: 'Australia/Melbourne',
  everyMs: 60_000,
  windowMs: 900_000,
  window: 'PT15M',
  properties: [
    { name: 'in', kind: 'count', doc: 'In', unit: '1', observedProperty: 'https://e/m#peopleCount' },
    { name: 'out', kind: 'count', doc: 'Out', unit: '1', observedProperty: 'https://e/m#peopleCount' },
  ],
  disclosure: { epsilon: '1/2', group: 10 },
  ofGroups: false,
}

export function rowOf(o: Partial<RowAnswer>): RowAnswer {
  return {
    sensor: null,
    from: 0,
    to: 10,
    sum: null,
    mean: null,
    min: null,
    max: null,
    last: null,
    expected: 4,
    reporting: null,
    noiseSd: null,
    status: 'ok',
    ...o,
  }
}

export function sensorOf(id: string, o: Partial<SensorAnswer> = {}): SensorAnswer {
  return { id, name: `Sensor ${id}`, lon: 144.9, lat: -37.8, status: 'ok', span: { from: 0, to: 0 }, values: {}, ...o }
}

export function nowOf(id: string, o: Partial<SensorNow> = {}): SensorNow {
  return { id, name: `Sensor ${id}`, lon: 144.9, lat: -37.8, state: 'unknown', value: null, sd: null, from: null, to: null, ...o }
}
