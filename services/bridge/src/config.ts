import { fileURLToPath } from 'node:url'
import { CityError, type Clock, cityClock, LOOPBACK, loadConfig, portOf } from '@commonstream/runtime'
import Type from 'typebox'
import { isLoopback } from './loopback.ts'

const schema = Type.Object({
  CITY_BRIDGE_ID: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', default: 'bridge-1' }),
  CITY_BRIDGE_SOURCE: Type.Union([Type.Literal('listen'), Type.Literal('subscribe')], { default: 'listen' }),
  CITY_BRIDGE_POLL: Type.Union([Type.Literal('loopback'), Type.Literal('any'), Type.Literal('off')], { default: 'loopback' }),
  CITY_BRIDGE_POLL_URLS: Type.Optional(Type.String()),
  CITY_BRIDGE_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_CLOCK: Type.Optional(Type.String()),
  CITY_CLOCK_ORIGIN: Type.Optional(Type.Integer()),
  CITY_DATA_DIR: Type.String({ default: '.data' }),
  CITY_KAFKA: Type.Optional(Type.String()),
  CITY_LOG_LEVEL: Type.String({ default: 'info' }),
  CITY_MQTT_AUTH: Type.Union([Type.Literal('open'), Type.Literal('token')], { default: 'open' }),
  CITY_MQTT_HOST: Type.String({ default: LOOPBACK }),
  CITY_MQTT_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_MQTT_URL: Type.Optional(Type.String()),
  CITY_MQTT_VERSION: Type.Union([Type.Literal(4), Type.Literal(5)], { default: 5 }),
  CITY_PORT_OFFSET: Type.Integer({ minimum: 0, maximum: 50_000, default: 0 }),
  CITY_PUSH_HOST: Type.String({ default: LOOPBACK }),
  CITY_PUSH_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  CITY_SCHEMAS: Type.String({ default: fileURLToPath(new URL('../../../schemas', import.meta.url)) }),
  CITY_STREAMS: Type.Optional(Type.String()),
})

/** What the bridge may ask of feeds. */
export interface PollConfig {
  /** Which of the contracts' feeds are asked: those of this machine, all, or none. */
  readonly reach: 'loopback' | 'any' | 'off'
  /** Addresses that stand in for those of contracts, by stream: a mirror, a replay. */
  readonly urls: ReadonlyMap<string, string>
  /** The value of a `CITY_SECRET_…` variable; undefined where it is not set. */
  secret(name: string): string | undefined
}

/** A bridge's configuration; addresses are complete, whatever was left to defaults. */
export interface BridgeConfig {
  readonly id: string
  readonly source: 'listen' | 'subscribe'
  readonly mqtt: {
    readonly host: string
    readonly port: number
    readonly auth: 'open' | 'token'
    readonly url: string
    readonly version: 4 | 5
  }
  /** Where platforms POST; the rule of devices' logins is that of MQTT. */
  readonly push: { readonly host: string; readonly port: number }
  readonly poll: PollConfig
  readonly healthPort: number
  readonly kafka: string
  readonly schemas: string
  readonly dataDir: string
  readonly clock: Clock
  /** Names of the streams to serve; null for all. */
  readonly streams: readonly string[] | null
  readonly logLevel: string
}

/**
 * Reads a bridge's configuration from its environment (docs/architecture.md).
 * @throws CityError `CONFIG_INVALID` with what is wrong, `CLOCK_INVALID`
 */
export function bridgeConfig(env: Record<string, string | undefined> = process.env): BridgeConfig {
  const c = loadConfig(schema, env)
  const offset = c.CITY_PORT_OFFSET
  const kafka = c.CITY_KAFKA ?? `${LOOPBACK}:${portOf('kafka', offset)}`
  const clock = cityClock(c.CITY_CLOCK, c.CITY_CLOCK_ORIGIN)
  refuse(
    c.CITY_BRIDGE_SOURCE === 'subscribe' && c.CITY_MQTT_URL === undefined,
    "CITY_BRIDGE_SOURCE=subscribe needs CITY_MQTT_URL, the address of the city's broker",
  )
  refuse(
    c.CITY_BRIDGE_SOURCE === 'listen' && c.CITY_MQTT_AUTH === 'open' && !isLoopback(c.CITY_MQTT_HOST),
    `CITY_MQTT_AUTH=open lets anybody publish for any sensor, so it goes with a loopback address only, not with ${c.CITY_MQTT_HOST}; set CITY_MQTT_AUTH=token`,
  )
  refuse(
    c.CITY_MQTT_AUTH === 'open' && !isLoopback(c.CITY_PUSH_HOST),
    `CITY_MQTT_AUTH=open lets anybody POST for any sensor, so it goes with a loopback address only, not with CITY_PUSH_HOST=${c.CITY_PUSH_HOST}; set CITY_MQTT_AUTH=token`,
  )
  refuse(
    clock.replayOf !== null && !kafka.split(',').every((b) => isLoopback(b.trim().replace(/:\d+$/, ''))),
    'CITY_CLOCK is for an embedded stack and refused with Kafka elsewhere',
  )
  return {
    id: c.CITY_BRIDGE_ID,
    source: c.CITY_BRIDGE_SOURCE,
    mqtt: {
      host: c.CITY_MQTT_HOST,
      port: c.CITY_MQTT_PORT ?? portOf('mqtt', offset),
      auth: c.CITY_MQTT_AUTH,
      url: c.CITY_MQTT_URL ?? '',
      version: c.CITY_MQTT_VERSION,
    },
    push: { host: c.CITY_PUSH_HOST, port: c.CITY_PUSH_PORT ?? portOf('push', offset) },
    poll: { reach: c.CITY_BRIDGE_POLL, urls: pollUrls(c.CITY_BRIDGE_POLL_URLS), secret: (name) => env[name] },
    healthPort: c.CITY_BRIDGE_PORT ?? portOf('bridge', offset),
    kafka,
    schemas: c.CITY_SCHEMAS,
    dataDir: c.CITY_DATA_DIR,
    clock,
    streams:
      c.CITY_STREAMS?.split(',')
        .map((s) => s.trim())
        .filter((s) => s !== '') ?? null,
    logLevel: c.CITY_LOG_LEVEL,
  }
}

function refuse(wrong: boolean, message: string): void {
  if (wrong) throw new CityError('CONFIG_INVALID', message)
}

/** `stream=url`, several with spaces between them. */
function pollUrls(text = ''): ReadonlyMap<string, string> {
  const pairs = text.split(/\s+/).filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const [, stream, url] = /^([a-z0-9-]+)=(https?:\/\/.+)$/.exec(pair) ?? []
      refuse(
        stream === undefined || URL.parse(url ?? '') === null,
        'CITY_BRIDGE_POLL_URLS wants stream=http(s)://…, with spaces between several',
      )
      return [stream as string, url as string] as const
    }),
  )
}
