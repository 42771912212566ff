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

/**
 * A kafkajs client with time-outs and retries that outlast a broker's restart, logging into the service's log.
 * @param brokers comma-separated `host:port`
 */
export function createKafka(brokers: string, clientId: string, log: Log): Kafka {
  return new kafkajs.Kafka({
    brokers: brokers.split(',').map((b) => b.trim()),
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 20 },
    logCreator:
      () =>
      ({ level, log: { message, ...extra } }) => {
        log[LEVELS[level]]({ kafka: extra }, message)
      },
  })
}
