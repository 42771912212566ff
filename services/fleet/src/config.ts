import { fileURLToPath } from 'node:url'
import { type Clock, cityClock } from '@commonstream/runtime/clock.ts'
import { loadConfig } from '@commonstream/runtime/config.ts'
import { LOOPBACK, portOf } from '@commonstream/runtime/defaults.ts'
import { Type } from 'typebox'

const schema = Type.Object({
  CITY_SCHEMAS: Type.String({ default: fileURLToPath(new URL('../../../schemas', import.meta.url)) }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_MQTT_HOST: Type.String({ default: LOOPBACK }),
  CITY_MQTT_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_CLOCK: Type.Optional(Type.String()),
  CITY_CLOCK_ORIGIN: Type.Optional(Type.Number()),
})

export interface FleetConfig {
  readonly schemas: string
  /** The bridge's address, `mqtt://host:port`. */
  readonly url: string
  readonly clock: Clock
  /** Where the clock stands still, epoch ms; infinite if it does not. */
  readonly clockEnd: number
}

/**
 * The fleet's configuration from the environment (docs/architecture.md).
 * @throws CityError `CONFIG_INVALID`, `CLOCK_INVALID`
 */
export function fleetConfig(env: Record<string, string | undefined> = process.env): FleetConfig {
  const config = loadConfig(schema, env)
  const port = config.CITY_MQTT_PORT ?? portOf('mqtt', config.CITY_PORT_OFFSET)
  return {
    schemas: config.CITY_SCHEMAS,
    url: `mqtt://${config.CITY_MQTT_HOST}:${port}`,
    clock: cityClock(config.CITY_CLOCK, config.CITY_CLOCK_ORIGIN),
    // Asked at the end of time, a clock with an end shows its end.
    clockEnd: cityClock(config.CITY_CLOCK, config.CITY_CLOCK_ORIGIN, () => Number.POSITIVE_INFINITY).now(),
  }
}
