import { StressClient } from './stress-client.ts'

/** Clients that do nothing wrong, while others do. */
export interface HealthyClients {
  readonly closed: number
  readonly sent: number
  readonly unanswered: number
  /** Waits until each of them has had an answer to a reading. */
  heard(limitMs: number): Promise<void>
  /** Sends no more, waits for every answer, and goes. @throws when one is missing after `limitMs` */
  stop(limitMs: number): Promise<void>
}

const EVERY_MS = 1_000
const KEEP_ALIVE_S = 10
/** A client stops at so many unanswered messages, as its receive maximum would make it. */
const WINDOW = 100

/** Connects `count` clients that publish a reading and a PINGREQ every second. `reading` gives the next payload. */
export async function startHealthyClients(
  port: number,
  count: number,
  topic: (client: number) => string,
  reading: () => string,
): Promise<HealthyClients> {
  const clients = await Promise.all(
    Array.from({ length: count }, (_, i) => StressClient.connect(port, { clientId: `healthy-${i}`, keepalive: KEEP_ALIVE_S })),
  )
  const timer = setInterval(() => {
    clients.forEach((client, i) => {
      if (client.closed) return
      client.ping()
      if (client.unanswered < WINDOW) client.publish(topic(i), reading())
    })
  }, EVERY_MS)
  const sum = (of: (client: StressClient) => number) => clients.reduce((n, client) => n + of(client), 0)
  return {
    get closed() {
      return sum((c) => Number(c.closed))
    },
    get sent() {
      return sum((c) => c.sent)
    },
    get unanswered() {
      return sum((c) => c.unanswered)
    },
    async heard(limitMs) {
      await Promise.all(clients.map((client) => client.until((c) => c.pubacks > 0, limitMs)))
    },
    async stop(limitMs) {
      clearInterval(timer)
      try {
        await Promise.all(clients.map((client) => client.until((c) => c.unanswered === 0, limitMs)))
      } finally {
        for (const client of clients) client.destroy()
      }
    },
  }
}
