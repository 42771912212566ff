import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { payloadOf, QUIET, runSimulation, type SimulationProgress, simulatedIds, slices } from '@commonstream/fleet'
import type { Stream } from '@commonstream/schemas'
import mqtt, { type MqttClient } from 'mqtt'

/** An event that a sensor sent and a PUBACK came for. */
export interface SentEvent {
  readonly sensor: string
  /** As the store shows it: the UUID that follows from what was sent. */
  readonly id: string
  /** In the order of the stream's properties. */
  readonly values: readonly number[]
}

/** What sensors sent, and a PUBACK came for. */
export interface Sent {
  /** Each once. */
  readonly events: readonly SentEvent[]
  /** SHA-256 of messages that had to be refused. */
  readonly refused: readonly string[]
}

/** Sensors at work. */
export interface RunningLoad {
  /** Messages that were acknowledged so far, repetitions included. */
  acknowledged(): number
  /** How often a client's connection ended; null where that is not counted. */
  closes(): number | null
  /** Ends it once all is acknowledged. @throws when something stays unacknowledged */
  stop(): Promise<Sent>
}

/**
 * The fleet's simulated sensors of a stream, all registered ones but the last: some readings late, some twice. What
 * they sent is computed from the simulation once more, as far as it was sent.
 */
export function startLoad(o: { url: string; stream: Stream; rate: number; seed: number }): RunningLoad {
  const { stream } = o
  const sensors = stream.sensors.length - 1
  const simulation = { ...QUIET, seed: o.seed, sensors, rate: o.rate, disorder: 0.1, lateMs: 2_000, duplicates: 0.05 }
  const start = Date.now()
  const ending = new AbortController()
  let progress: () => SimulationProgress = () => {
    throw new Error('the simulation has not begun')
  }
  const run = runSimulation({
    ...{ stream, simulation, url: o.url, patienceMs: 120_000, signal: ending.signal },
    clock: { now: () => start, real: Date.now, speed: 1, replayOf: null },
    watch: (given) => {
      progress = given
      return () => undefined
    },
  })
  return {
    acknowledged: () => progress().acknowledged,
    closes: () => null,
    async stop() {
      ending.abort()
      const outcome = await run
      if (!outcome.complete) throw new Error(`${stream.name}: ${outcome.sent - outcome.acknowledged} messages stay without PUBACK`)
      const ids = simulatedIds(stream, sensors)
      const events = new Map<string, SentEvent>()
      let sent = 0
      for (const readings of slices(simulation)) {
        for (const reading of readings) {
          const event = sentEvent(stream, ids[reading.sensor] as string, payloadOf(stream.properties, reading, start, 1))
          events.set(event.id, event)
        }
        sent += readings.length
        if (sent >= outcome.sent) break
      }
      if (sent !== outcome.sent) throw new Error(`${stream.name}: ${outcome.sent} messages were sent, the simulation has ${sent}`)
      return { events: [...events.values()], refused: [] }
    },
  }
}

const CALM_EVERY_MS = 500
/** Shorter than any outage, long enough for an answer from a busy machine. */
const QUIET_KEEPALIVE_S = 4
const STRAY = 'nobody-knows-me'
const STRAY_EVERY = 4

/**
 * Clients as integrators use them: one sensor of an unprotected stream, the register's last, some of whose messages are
 * for a sensor that nobody knows; and one that says nothing but PINGREQ, and goes when that is not answered.
 */
export async function startMqttSensor(url: string, stream: Stream): Promise<RunningLoad> {
  const sensor = stream.sensors.at(-1)?.id as string
  const counts = { closes: 0, acknowledged: 0 }
  const connect = async (clientId: string, keepalive: number): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(url, { clientId, keepalive, reconnectPeriod: 200, connectTimeout: 5_000 })
    client.on('close', () => counts.closes++)
    // Refused connections while the bridge is away; the client tries again.
    client.on('error', () => undefined)
    return client
  }
  const client = await connect(`sensor-${sensor}`, 60)
  const quiet = await connect('quiet', QUIET_KEEPALIVE_S)
  const topicOf = (id: string) => stream.source.mqtt.replace('{sensor}', id)
  const [events, refused]: [SentEvent[], string[]] = [[], []]
  const publishing: Promise<void>[] = []
  const ending = new AbortController()
  const run = (async () => {
    for (let seq = 0; !ending.signal.aborted; seq++) {
      const figures = Object.fromEntries(stream.properties.map((p) => [p.name, seq % 9]))
      const payload = JSON.stringify({ at: new Date().toISOString(), seq, ...figures })
      const isStray = seq % STRAY_EVERY === 0
      const acknowledged = untilAcknowledged(client, topicOf(isStray ? STRAY : sensor), payload)
      publishing.push(
        acknowledged.then(() => {
          counts.acknowledged++
          if (isStray) refused.push(createHash('sha256').update(payload).digest('hex'))
          else events.push(sentEvent(stream, sensor, payload))
        }),
      )
      await sleep(CALM_EVERY_MS)
    }
  })()
  return {
    acknowledged: () => counts.acknowledged,
    closes: () => counts.closes,
    async stop() {
      ending.abort()
      await run
      await Promise.all(publishing)
      await Promise.all([client.endAsync(), quiet.endAsync()])
      return { events, refused }
    },
  }
}

const TRIES = 200

/** MQTT.js gives some messages back when a connection breaks: they are published again, as a sensor would. */
async function untilAcknowledged(client: MqttClient, topic: string, payload: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.publishAsync(topic, payload, { qos: 1 })
      return
    } catch (error) {
      if (attempt === TRIES) throw error
      await sleep(CALM_EVERY_MS / 2)
    }
  }
}

/** Event id as docs/architecture.md has it, written a second time: nothing of the bridge's code is used here. */
function sentEvent(stream: Stream, sensor: string, payload: string): SentEvent {
  const given = JSON.parse(payload) as Record<string, string | number>
  const values = stream.properties.map((p) => Number(given[p.name]))
  const parts = [sensor, String(Date.parse(String(given['at']))), '', String(given['seq']), ...values.map(String)]
  const identity = parts.map((part) => `${Buffer.byteLength(part)}:${part},`).join('')
  const hex = createHash('sha256').update(identity).digest('hex').slice(0, 32)
  return { sensor, id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), values }
}
