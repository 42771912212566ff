import { expect, test } from 'vitest'
import { bridgeConfig } from './config.ts'

test('without any variable a bridge listens on loopback', () => {
  const config = bridgeConfig({})
  expect(config).toMatchObject({
    id: 'bridge-1',
    source: 'listen',
    mqtt: { host: '127.0.0.1', port: 1883, auth: 'open' },
    healthPort: 8081,
    kafka: '127.0.0.1:9092',
    dataDir: '.data',
    streams: null,
  })
  expect(config.schemas).toMatch(/\/schemas$/)
  expect(config.clock.replayOf).toBeNull()
})

test('an offset shifts every default port, a variable overrides it', () => {
  expect(bridgeConfig({ CITY_PORT_OFFSET: '300' })).toMatchObject({ mqtt: { port: 2183 }, healthPort: 8381, kafka: '127.0.0.1:9392' })
  expect(bridgeConfig({ CITY_PORT_OFFSET: '300', CITY_MQTT_PORT: '1884', CITY_KAFKA: 'k:1', CITY_STREAMS: 'a, b' })).toMatchObject({
    mqtt: { port: 1884 },
    kafka: 'k:1',
    streams: ['a', 'b'],
  })
})

test.each<[string, Record<string, string>]>([
  ['an open endpoint beyond loopback', { CITY_MQTT_HOST: '0.0.0.0' }],
  ['an open endpoint on a name', { CITY_MQTT_HOST: 'bridge.example.org' }],
  ['an open door for POSTs beyond loopback', { CITY_PUSH_HOST: '0.0.0.0' }],
  ['a subscriber without a broker', { CITY_BRIDGE_SOURCE: 'subscribe' }],
  ['an id that is a path', { CITY_BRIDGE_ID: '../x' }],
  ['another source', { CITY_BRIDGE_SOURCE: 'http' }],
  [
    'a replay with Kafka elsewhere',
    { CITY_CLOCK: '2023-06-05T00:00:00Z@60', CITY_CLOCK_ORIGIN: '1', CITY_KAFKA: 'kafka.example.org:9092' },
  ],
  ['a feed without an address', { CITY_BRIDGE_POLL_URLS: 'bike-share' }],
  ['a port that is none', { CITY_MQTT_PORT: '70000' }],
])('%s is refused', (_, env) => {
  expect(() => bridgeConfig(env)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('with tokens the endpoint may be anywhere; loopback has several names', () => {
  expect(bridgeConfig({ CITY_MQTT_HOST: '0.0.0.0', CITY_MQTT_AUTH: 'token' }).mqtt.auth).toBe('token')
  for (const host of ['localhost', '::1', '127.0.0.7']) expect(bridgeConfig({ CITY_MQTT_HOST: host }).mqtt.host).toBe(host)
})

test('feeds of this machine alone are asked unless it is said otherwise; addresses may be replaced, secrets are read by name', () => {
  expect(bridgeConfig({}).poll).toMatchObject({ reach: 'loopback', urls: new Map() })
  const env = { CITY_BRIDGE_POLL: 'any', CITY_BRIDGE_POLL_URLS: 'a=http://127.0.0.1:1/x  b-c=https://d.org/?e=f', CITY_SECRET_X: 'y' }
  const { reach, urls, secret } = bridgeConfig(env).poll
  expect([reach, [...urls], secret('CITY_SECRET_X'), secret('CITY_SECRET_Z')]).toEqual([
    'any',
    [
      ['a', 'http://127.0.0.1:1/x'],
      ['b-c', 'https://d.org/?e=f'],
    ],
    'y',
    undefined,
  ])
})
