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

/** Sensors at work. */
export interface RunningLoad {
  /** Messages that were acknowledged so far, repetitions included. */
  acknowledged(): number
  /** How often a client's connection ended; null where that is not counted. */
  closes(): number | null
  /** Ends it once all is acknowledged; the events, each once. @throws when something stays unacknowledged */
  stop(): Promise<SentEvent[]>
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
      return [...events.values()]
    },
  }
}

const CALM_EVERY_MS = 500

/** One sensor, the register's last, with a client as integrators use it, which wants an answer to its PINGREQ every second. */
export async function startMqttSensor(url: string, stream: Stream): Promise<RunningLoad> {
  const sensor = stream.sensors.at(-1)?.id as string
  const client = await mqtt.connectAsync(url, { clientId: `sensor-${sensor}`, keepalive: 1, reconnectPeriod: 200, connectTimeout: 5_000 })
  const counts = { closes: 0, acknowledged: 0 }
  client.on('close', () => counts.closes++)
  // Refused connections while the bridge is away; the client tries again.
  client.on('error', () => undefined)
  const topic = stream.source.mqtt.replace('{sensor}', sensor)
  const publishing: Promise<SentEvent>[] = []
  const ending = new AbortController()
  const run = (async () => {
    for (let seq = 0; !ending.signal.aborted; seq++) {
      const figures = Object.fromEntries(stream.properties.map((p) => [p.name, seq % 9]))
      const payload = JSON.stringify({ at: new Date().toISOString(), seq, ...figures })
      publishing.push(untilAcknowledged(client, topic, payload).then(() => (counts.acknowledged++, sentEvent(stream, sensor, payload))))
      await sleep(CALM_EVERY_MS)
    }
  })()
  return {
    acknowledged: () => counts.acknowledged,
    closes: () => counts.closes,
    async stop() {
      ending.abort()
      await run
      const events = await Promise.all(publishing)
      await client.endAsync()
      return events
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
