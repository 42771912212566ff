/** Something that goes away under load and comes back. */
export interface Fault {
  readonly name: string
  readonly part: 'kafka' | 'clickhouse' | 'bridge' | 'worker'
  readonly begin: 'SIGSTOP' | 'SIGKILL'
  /** What brings it back; null: the supervisor starts it again by itself. SIGKILL: it dies without having come back. */
  readonly end: 'SIGCONT' | 'SIGKILL' | null
  /** What `/v1/status` says meanwhile, by `service/part`. */
  readonly says: Readonly<Record<string, RegExp>>
  /** The part of the worker that waits meanwhile, by its own word. */
  readonly waits: string | null
  /** Connections that clients have to make again; `some`: those whose client loses its patience. */
  readonly reconnects: number | 'some'
}

const STORE_SAYS = { 'query/store': /ClickHouse does not answer/, 'worker/flush': /no answer for \d+ s|ECONN/ }
const KAFKA_SAYS = {
  'bridge/kafka': /nothing acknowledged for \d+ s|city\..*: ./,
  'worker/bin-levels': /Kafka has not answered for \d+ s/,
  'worker/pedestrian-counts': /Kafka has not answered for \d+ s/,
}

/** Four raw connections per stream, and two of clients as integrators use them. */
const ALL_CLIENTS = 10

const BRIDGE_SAYS = { 'bridge/bridge': /bridge does not answer/ }
const STORE = { part: 'clickhouse', begin: 'SIGSTOP', says: STORE_SAYS, waits: 'flush', reconnects: 0 } as const
const KAFKA = { part: 'kafka', begin: 'SIGSTOP', says: KAFKA_SAYS, waits: 'bin-levels', reconnects: 0 } as const
const KILLED = { begin: 'SIGKILL', end: null, waits: null } as const

export const FAULTS = {
  storeHangs: { ...STORE, name: 'ClickHouse hangs', end: 'SIGCONT' },
  storeDies: { ...STORE, name: 'ClickHouse hangs and dies', end: 'SIGKILL' },
  kafkaHangs: { ...KAFKA, name: 'Kafka hangs', end: 'SIGCONT' },
  kafkaDies: { ...KAFKA, name: 'Kafka hangs and dies', end: 'SIGKILL' },
  // May be back before anybody had to be told.
  kafkaKilled: { ...KILLED, name: 'Kafka killed', part: 'kafka', says: {}, reconnects: 0 },
  bridgeKilled: { ...KILLED, name: 'bridge killed', part: 'bridge', says: BRIDGE_SAYS, reconnects: ALL_CLIENTS },
  bridgeHangs: {
    name: 'bridge hangs',
    part: 'bridge',
    begin: 'SIGSTOP',
    end: 'SIGCONT',
    says: BRIDGE_SAYS,
    waits: null,
    reconnects: 'some',
  },
  workerKilled: { ...KILLED, name: 'worker killed', part: 'worker', says: { 'worker/worker': /worker does not answer/ }, reconnects: 0 },
} as const satisfies Record<string, Fault>
