import { expect, test } from 'vitest'
import { queryConfig } from './config.ts'

test('without variables everything is on loopback; the offset shifts it, variables override it', () => {
  expect(queryConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8_080,
    store: { url: 'http://127.0.0.1:8123' },
    services: { bridge: 'http://127.0.0.1:8081', worker: 'http://127.0.0.1:8082' },
  })
  expect(queryConfig({ CITY_PORT_OFFSET: '100', CITY_WORKER_URL: 'http://w:1' })).toMatchObject({
    port: 8_180,
    services: { bridge: 'http://127.0.0.1:8181', worker: 'http://w:1' },
  })
  expect(() => queryConfig({ CITY_QUERY_PORT: '70000', CITY_QUERY_RATE: 'many' })).toThrow(/CITY_QUERY_PORT[\s\S]*CITY_QUERY_RATE/)
})
