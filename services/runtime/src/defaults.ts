/** The default ports, all on loopback; `CITY_PORT_OFFSET` shifts every one of them. */
export const PORTS = {
  mqtt: 1883,
  kafka: 9092,
  kafkaController: 9093,
  clickhouse: 8123,
  query: 8080,
  bridge: 8081,
  worker: 8082,
  notifier: 8083,
  push: 8084,
} as const

export const LOOPBACK = '127.0.0.1'

/** The default port of a service under an offset. */
export function portOf(name: keyof typeof PORTS, offset: number): number {
  return PORTS[name] + offset
}
