import { describe, expect, test } from 'vitest'
import { stackConfig } from './config.ts'

describe('stackConfig', () => {
  test('by default everything is ours, on loopback, in .data of the checkout', () => {
    const config = stackConfig({ PATH: '/bin', SECRET: 'x' })
    expect(config).toMatchObject({
      kafka: '127.0.0.1:9092',
      own: { kafka: true, clickhouse: true },
      services: ['apply', 'bridge', 'worker', 'query'],
    })
    expect(config.clickhouse.url).toBe('http://127.0.0.1:8123')
    expect(config.dir).toMatch(/\/\.data$/)
    expect(config.env['SECRET']).toBeUndefined()
    expect(config.env).toMatchObject({ PATH: '/bin', CITY_DATA_DIR: config.dir, CITY_STACK: config.dir })
  })

  test('the offset shifts every port, and a port of its own wins', () => {
    const { ports } = stackConfig({ CITY_PORT_OFFSET: '200', CITY_QUERY_PORT: '9999' })
    expect(ports).toEqual({
      mqtt: 2083,
      push: 8284,
      kafka: 9292,
      kafkaController: 9293,
      clickhouse: 8323,
      query: 9999,
      bridge: 8281,
      worker: 8282,
    })
  })

  test('servers elsewhere are used, and not with a replay', () => {
    const config = stackConfig({ CITY_KAFKA: 'kafka-1:9092', CITY_CLICKHOUSE_URL: 'http://store:8123' })
    expect(config.own).toEqual({ kafka: false, clickhouse: false })
    expect(config.env).toMatchObject({ CITY_KAFKA: 'kafka-1:9092', CITY_CLICKHOUSE_URL: 'http://store:8123' })
    expect(() => stackConfig({ CITY_KAFKA: 'kafka-1:9092', CITY_CLOCK: '2023-06-04T23:00:00Z@60' })).toThrow(
      /CITY_CLOCK is for the embedded servers/,
    )
  })

  test('services are chosen by name', () => {
    expect(stackConfig({ CITY_SERVICES: 'worker, apply' }).services).toEqual(['apply', 'worker'])
    expect(stackConfig({ CITY_SERVICES: 'none' }).services).toEqual([])
    expect(() => stackConfig({ CITY_SERVICES: 'wroker' })).toThrow(/names wroker/)
  })
})
