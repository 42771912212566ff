import { expect, test } from 'vitest'
import { fleetConfig } from './config.ts'

test('by default the fleet speaks to the local bridge, in the present', () => {
  const config = fleetConfig({ CITY_PORT_OFFSET: '600' })
  expect(config.url).toBe('mqtt://127.0.0.1:2483')
  expect(config.clockEnd).toBe(Number.POSITIVE_INFINITY)
  expect(config.clock.replayOf).toBeNull()
  expect(config.schemas).toMatch(/schemas$/)
})

test("a replay's clock is taken from the environment, its end too", () => {
  const env = {
    CITY_CLOCK: '2023-06-04T23:00:00+10:00@60',
    CITY_CLOCK_ORIGIN: String(Date.now()),
    CITY_MQTT_HOST: 'bridge',
    CITY_MQTT_PORT: '1',
  }
  expect(fleetConfig(env)).toMatchObject({ url: 'mqtt://bridge:1', clockEnd: Number.POSITIVE_INFINITY, clock: { speed: 60 } })
  const ended = fleetConfig({ ...env, CITY_CLOCK: `${env.CITY_CLOCK}/2023-06-05T08:00:00+10:00` })
  expect(ended.clockEnd).toBe(Date.parse('2023-06-04T22:00:00Z'))
})

test('faults name the variable', () => {
  expect(() => fleetConfig({ CITY_MQTT_PORT: 'x' })).toThrow(/CITY_MQTT_PORT/)
  expect(() => fleetConfig({ CITY_CLOCK: '2023-06-04@60' })).toThrow(/CITY_CLOCK_ORIGIN/)
})
