import kafkajs, { type Kafka } from 'kafkajs'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import type { Log } from './log.ts'

// A CommonJS package whose spread exports Node cannot see by name.
const { CompressionCodecs, CompressionTypes, logLevel } = kafkajs

// kafkajs has no zstd of its own; Node has (knowledge: works in both directions with other clients).
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: (encoder: { buffer: Buffer }) => promisify(zlib.zstdCompress)(encoder.buffer),
  decompress: (buffer: Buffer) => promisify(zlib.zstdDecompress)(buffer),
})

const LEVELS = {
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'trace',
  [logLevel.NOTHING]: 'trace',
} as const

/** How long a client tries by itself. */
export interface KafkaPatience {
  readonly requestTimeoutMs: number
  readonly retries: number
}

const PATIENT: KafkaPatience = { requestTimeoutMs: 30_000, retries: 20 }

/**
 * A kafkajs client with time-outs and retries that outlast a broker's restart, logging into the service's log.
 * @param brokers comma-separated `host:port`
 * @param patience less, for whoever tries again by himself: a try that was given up and still runs would send twice
 */
export function createKafka(brokers: string, clientId: string, log: Log, patience: KafkaPatience = PATIENT): Kafka {
  return new kafkajs.Kafka({
    brokers: brokers.split(',').map((b) => b.trim()),
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: patience.requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: patience.retries },
    logCreator:
      () =>
      ({ level, log: { message, ...extra } }) => {
        log[LEVELS[level]]({ kafka: extra }, message)
      },
  })
}
