/**
 * The bridge's bench: JSON messages of 200 bytes with two properties, QoS 1, 50 connections, decoded, typed and
 * acknowledged by a real Kafka. Prints a table and writes JSON. `node test/bench/bridge.ts [messages] [runs]`
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { startKafka } from '@commonstream/embedded'
import { PORTS } from '@commonstream/runtime'
import { createTopics, loadTestCity, startBridge } from '../support/mqtt-bridge.ts'
import { leasePorts } from '../support/ports.ts'
import { cpuSeconds, peakMemoryMb } from './process-figures.ts'

const CONNECTIONS = 50
const run = promisify(execFile)

export interface BridgeRun {
  readonly connections: number
  readonly messages: number
  readonly seconds: number
  readonly messagesPerSecond: number
  readonly cpuSeconds: number
  readonly cpuSecondsPerMillion: number
  readonly messagesPerCpuSecond: number
  readonly peakMemoryMb: number
}

/** Runs the bench: `runs` times `messages` after a warm-up of a tenth. `node` are arguments for the bridge's Node. */
export async function benchBridge(o: {
  messages: number
  runs: number
  connections?: number
  node?: readonly string[]
}): Promise<BridgeRun[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'bench-bridge-'))
  const ports = await leasePorts()
  const kafka = await startKafka({
    dir: path.join(dir, 'kafka'),
    port: PORTS.kafka + ports.offset,
    controllerPort: PORTS.kafkaController + ports.offset,
    heap: '512m',
  })
  try {
    const city = await loadTestCity()
    await createTopics(kafka.brokers, city)
    const bridge = await startBridge({
      brokers: kafka.brokers,
      dataDir: path.join(dir, 'data'),
      offset: ports.offset,
      env: { CITY_LOG_LEVEL: 'warn' },
      node: o.node ?? [],
    })
    try {
      const stream = city.streams.find((s) => s.name === 'pedestrian-counts')
      if (stream === undefined) throw new Error('the city has no pedestrian-counts')
      const sensors = stream.sensors.map((s) => s.id)
      const connections = o.connections ?? CONNECTIONS
      const topics = Array.from({ length: connections }, (_, i) => `city/pedestrian-counts/${sensors[i % sensors.length]}`)
      const publish = async (messages: number) => {
        const job = JSON.stringify({ port: bridge.mqttPort, topics, messages, window: 500, payloadBytes: 200, version: 4 })
        const { stdout } = await run(process.execPath, [path.join(import.meta.dirname, 'bridge-publishers.ts'), job])
        return JSON.parse(stdout) as { messages: number; seconds: number }
      }
      await publish(o.messages / 10)
      const results: BridgeRun[] = []
      for (let i = 0; i < o.runs; i++) {
        const before = cpuSeconds(bridge.pid)
        const { messages, seconds } = await publish(o.messages)
        const cpu = cpuSeconds(bridge.pid) - before
        results.push({
          connections,
          messages,
          seconds,
          messagesPerSecond: messages / seconds,
          cpuSeconds: cpu,
          cpuSecondsPerMillion: (cpu / messages) * 1e6,
          messagesPerCpuSecond: messages / cpu,
          peakMemoryMb: peakMemoryMb(bridge.pid),
        })
      }
      const stored = (await bridge.health()).body.details.streams['pedestrian-counts']?.stored ?? 0
      const wanted = results.reduce((n, r) => n + r.messages, 0)
      if (stored < wanted) throw new Error(`Kafka has ${stored} of ${wanted} acknowledged messages`)
      return results
    } finally {
      await bridge.stop()
    }
  } finally {
    await kafka.stop()
    await ports.release()
    rmSync(dir, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const [messages = '500000', runs = '3', ...node] = process.argv.slice(2)
  const results = await benchBridge({ messages: Number(messages), runs: Number(runs), node })
  for (const r of results) {
    console.log(
      `bridge  ${r.connections} connections  ${Math.round(r.messagesPerSecond)} msg/s  ${r.cpuSecondsPerMillion.toFixed(2)} CPU-s per million  ${Math.round(r.messagesPerCpuSecond)} msg per CPU-second  ${r.peakMemoryMb} MB peak`,
    )
  }
  writeFileSync(path.join(tmpdir(), 'commonstream-bench-bridge.json'), `${JSON.stringify(results, null, 2)}\n`)
}
