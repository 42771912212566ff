import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startKafka } from '@commonstream/embedded'
import { PORTS } from '@commonstream/runtime'
import type { Stream } from '@commonstream/schemas'
import { type BridgeProcess, createTopics, loadTestCity, startBridge } from './mqtt-bridge.ts'
import { leasePorts } from './ports.ts'

/** A bridge, and a Kafka that nobody starts again: it may stand still for as long as a test likes. */
export interface StressBridge {
  readonly bridge: BridgeProcess
  /** Registered, of counts. */
  readonly stream: Stream
  freezeKafka(): void
  thawKafka(): void
  stop(): Promise<void>
}

export async function startStressBridge(): Promise<StressBridge> {
  const lease = await leasePorts()
  const dir = mkdtempSync(path.join(tmpdir(), 'stress-bridge-'))
  const kafka = await startKafka({
    dir: path.join(dir, 'kafka'),
    port: PORTS.kafka + lease.offset,
    controllerPort: PORTS.kafkaController + lease.offset,
  })
  const city = await loadTestCity()
  await createTopics(kafka.brokers, city)
  const bridge = await startBridge({ brokers: kafka.brokers, dataDir: path.join(dir, 'data'), offset: lease.offset })
  return {
    bridge,
    stream: city.streams.find((s) => s.name === 'pedestrian-counts') as Stream,
    freezeKafka: () => kafka.child.kill('SIGSTOP'),
    thawKafka: () => kafka.child.kill('SIGCONT'),
    async stop() {
      kafka.child.kill('SIGCONT')
      await bridge.stop()
      await kafka.stop()
      await lease.release()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
