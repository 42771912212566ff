import { expect, test } from 'vitest'
import { aggregatesAddress, sensorsAddress, windowAddress } from './addresses.ts'

const about = { stream: 'a b', properties: ['x', 'y'], sensor: 's/1', from: 0, to: 900_000, every: 'PT15M', view: 'public' as const }
const query = (address: string) => Object.fromEntries(new URL(address, 'http://here').searchParams)

test('addresses carry what is asked, escaped, and the view only where it is operations’', () => {
  const common = { property: 'x,y', from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:15:00.000Z', every: 'PT15M' }
  expect(new URL(aggregatesAddress(about), 'http://here').pathname).toBe('/v1/streams/a%20b/aggregates')
  expect(query(aggregatesAddress(about))).toEqual({ ...common, sensor: 's/1', by: 'sensor' })
  expect(query(aggregatesAddress({ ...about, sensor: null, view: 'internal' }, 'csv'))).toEqual({
    ...common,
    by: 'all',
    format: 'csv',
    view: 'internal',
  })
  expect(query(windowAddress(about))).toEqual({ ...common, by: 'sensor' })
  expect(sensorsAddress('s', 'public')).toBe('/v1/streams/s/sensors')
})
