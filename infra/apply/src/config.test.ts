import { expect, test } from 'vitest'
import { applyConfig } from './config.ts'

test('by default everything is on this machine, and rows expire', () => {
  const { schemas, ...rest } = applyConfig({})
  expect(schemas).toMatch(/\/schemas$/)
  expect(rest).toEqual({
    brokers: '127.0.0.1:9092',
    replication: 1,
    store: { url: 'http://127.0.0.1:8123', user: 'default', password: '' },
    ttl: true,
  })
})

test('the environment names other servers; a replay’s rows do not expire', () => {
  const env = {
    CITY_PORT_OFFSET: '100',
    CITY_KAFKA: 'a:1,b:2',
    CITY_KAFKA_REPLICATION: '3',
    CITY_CLOCK: '2023-06-05T00:00:00Z@60',
    CITY_SCHEMAS: '/x',
  }
  expect(applyConfig(env)).toMatchObject({
    schemas: '/x',
    brokers: 'a:1,b:2',
    replication: 3,
    store: { url: 'http://127.0.0.1:8223' },
    ttl: false,
  })
  expect(() => applyConfig({ CITY_KAFKA_REPLICATION: 'many' })).toThrow(/CITY_KAFKA_REPLICATION/)
})
