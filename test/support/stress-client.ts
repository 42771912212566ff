import net from 'node:net'
import mqttPacket, { type IConnectPacket, type Packet } from 'mqtt-packet'

const CONNACK = 2
const PUBACK = 4
const PUBREC = 5
const PUBCOMP = 7
const PINGRESP = 13
const PINGREQ = Buffer.from([0xc0, 0])

/** A client of MQTT 3.1.1 so small that a process holds thousands of them. It counts its answers, and never connects again. */
export class StressClient {
  readonly socket: net.Socket
  closed = false
  /** Messages sent with QoS 1 or 2. */
  sent = 0
  connacks = 0
  pubacks = 0
  pubrecs = 0
  pubcomps = 0
  pongs = 0
  #rest = Buffer.alloc(0)
  /** Looks whether what is waited for has come. */
  #waiting: (() => void) | null = null

  private constructor(socket: net.Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk as Buffer))
    const gone = () => {
      this.closed = true
      this.#waiting?.()
    }
    socket.on('close', gone)
    socket.on('error', gone)
  }

  /** A TCP connection that has said nothing yet. */
  static open(port: number): Promise<StressClient> {
    const socket = net.connect(port, '127.0.0.1')
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new StressClient(socket)))
      socket.once('error', reject)
    })
  }

  /** A client that has its CONNACK. */
  static async connect(port: number, options: Partial<IConnectPacket> & { clientId: string }): Promise<StressClient> {
    const client = await StressClient.open(port)
    client.socket.write(connectPacket(options))
    await client.until((c) => c.connacks > 0)
    return client
  }

  /** Sends one PUBLISH, in a segment of its own where the network has room. */
  publish(topic: string, payload: string, o: { qos?: 0 | 1 | 2; retain?: boolean } = {}): void {
    const qos = o.qos ?? 1
    const messageId = (this.sent % 65_535) + 1
    if (qos > 0) this.sent++
    this.socket.write(
      packetOf({ cmd: 'publish', topic, payload, qos, retain: o.retain ?? false, dup: false, ...(qos > 0 && { messageId }) }),
    )
  }

  ping(): void {
    this.socket.write(PINGREQ)
  }

  get unanswered(): number {
    return this.sent - this.pubacks - this.pubrecs
  }

  /** Ends without a word, as a client that fell over. */
  destroy(): void {
    this.socket.destroy()
  }

  /** Resolves at the answer after which the condition holds. @throws after `limitMs`, or when the connection closes first */
  until(condition: (client: StressClient) => boolean, limitMs = 60_000): Promise<void> {
    if (condition(this)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const give = (up: string) => {
        const { connacks, sent, pubacks, pubrecs, pubcomps } = this
        this.#waiting = null
        reject(new Error(`${up}: ${JSON.stringify({ connacks, sent, pubacks, pubrecs, pubcomps })}`))
      }
      if (this.closed) return give('closed')
      const timer = setTimeout(() => give(`not within ${limitMs} ms`), limitMs)
      this.#waiting = () => {
        if (!this.closed && !condition(this)) return
        clearTimeout(timer)
        if (!condition(this)) return give('closed')
        this.#waiting = null
        resolve()
      }
    })
  }

  /** Every answer that we ask for is shorter than 128 bytes, so its length is one byte. */
  #take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let pos = 0
    for (; pos + 2 <= bytes.length && pos + 2 + (bytes[pos + 1] as number) <= bytes.length; pos += 2 + (bytes[pos + 1] as number))
      this.#count((bytes[pos] as number) >> 4, bytes, pos)
    this.#rest = Buffer.from(bytes.subarray(pos))
    this.#waiting?.()
  }

  #count(type: number, bytes: Buffer, pos: number): void {
    if (type === CONNACK) this.connacks++
    else if (type === PUBACK) this.pubacks++
    else if (type === PUBCOMP) this.pubcomps++
    else if (type === PINGRESP) this.pongs++
    else if (type === PUBREC) {
      this.pubrecs++
      this.socket.write(packetOf({ cmd: 'pubrel', messageId: bytes.readUInt16BE(pos + 2) }))
    }
  }
}

/** The bytes of a CONNECT of MQTT 3.1.1. */
export function connectPacket(options: Partial<IConnectPacket> & { clientId: string }): Buffer {
  return packetOf({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60, ...options })
}

export function packetOf(packet: Packet): Buffer {
  return mqttPacket.generate(packet, { protocolVersion: 4 })
}
