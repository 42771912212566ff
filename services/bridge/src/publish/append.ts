import type { Kafka, Message, Producer } from 'kafkajs'
import { machineTimers, type Timers } from '../timers.ts'

/** What Kafka says about an acknowledged batch. `appendTime` (epoch ms) is null where the topic keeps the client's times. */
export interface Appended {
  readonly baseOffset: string
  readonly appendTime: number | null
}

/** Appends records, all of one partition, and resolves when every in-sync replica has them. */
export type Append = (topic: string, partition: number, records: Message[]) => Promise<Appended>

/**
 * The patience of the client under `bridgeProducer`: the lanes try again, visibly and in order. A broker that stopped
 * answering is asked again after a while.
 */
export const LITTLE_PATIENCE = { requestTimeoutMs: 8_000, retries: 0 } as const

/** No single try may hang longer than this, whatever the client does. */
const TRY_LIMIT_MS = 10_000

/**
 * A producer that leaves retrying to the lanes, where it is visible. Not idempotent on purpose: kafkajs duplicates in
 * that mode too, and the event ids remove what was sent twice.
 */
export function bridgeProducer(kafka: Kafka): Producer {
  return kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition as number,
    retry: { retries: LITTLE_PATIENCE.retries, initialRetryTime: 100, maxRetryTime: 300 },
  })
}

/** The append of a connected producer, bounded in time. */
export function appendWith(producer: Pick<Producer, 'send'>, timers: Timers = machineTimers): Append {
  return async (topic, partition, records) => {
    const metadata = await within(timers, TRY_LIMIT_MS, producer.send({ topic, acks: -1, messages: records })).catch(rethrow)
    const answer = metadata.find((m) => m.partition === partition)
    const time = Number(answer?.logAppendTime ?? -1)
    return { baseOffset: answer?.baseOffset ?? '-1', appendTime: time >= 0 ? time : null }
  }
}

/** Throws what happened rather than that a client without retries has none left. */
function rethrow(error: unknown): never {
  if (error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded' && error.cause instanceof Error) throw error.cause
  throw error
}

async function within<T>(timers: Timers, ms: number, work: Promise<T>): Promise<T> {
  let cancel = () => {}
  const late = new Promise<never>((_, reject) => {
    cancel = timers.after(ms, () => reject(new Error(`Kafka did not answer within ${ms} ms`)))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
    // A refusal that comes after we gave up has been dealt with already.
    work.catch(() => undefined)
  }
}

/** Whether trying again can help: everything but what Kafka refuses for good (rights, size, a malformed record). */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return true
  const { name, retriable, cause } = error as Error & { retriable?: boolean }
  if (name === 'KafkaJSNumberOfRetriesExceeded') return true
  return retriable !== false || (cause instanceof Error && cause !== error && (cause as { retriable?: boolean }).retriable === true)
}
