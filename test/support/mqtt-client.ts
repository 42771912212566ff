import net from 'node:net'
import mqttPacket, { type IConnectPacket, type Packet } from 'mqtt-packet'

/** A client that speaks MQTT packet by packet, or sends any bytes at all. */
export class RawClient {
  readonly socket: net.Socket
  /** Everything received, in order. */
  readonly received: Packet[] = []
  /** Raw bytes of each read, to see what came in one write. */
  readonly reads: Buffer[] = []
  closed = false
  readonly #version: 3 | 4 | 5
  readonly #waiting = new Set<() => void>()

  private constructor(socket: net.Socket, version: 3 | 4 | 5) {
    this.socket = socket
    this.#version = version
    const parser = mqttPacket.parser({ protocolVersion: version })
    parser.on('packet', (packet) => this.received.push(packet))
    parser.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      this.reads.push(chunk as Buffer)
      parser.parse(chunk as Buffer)
      this.#wake()
    })
    const end = () => {
      this.closed = true
      this.#wake()
    }
    socket.on('close', end)
    socket.on('error', end)
  }

  /** A TCP connection that has said nothing yet. */
  static async open(port: number, version: 3 | 4 | 5 = 4): Promise<RawClient> {
    const socket = net.connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new RawClient(socket, version)
  }

  /** A client that has sent its CONNECT and has its CONNACK. */
  static async connect(port: number, options: Partial<IConnectPacket> = {}): Promise<RawClient> {
    const version = options.protocolVersion ?? 4
    const client = await RawClient.open(port, version)
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clean: true,
      keepalive: 60,
      clientId: `raw-${Math.random()}`,
      ...options,
    })
    await client.until((c) => c.received.length > 0)
    return client
  }

  encode(packet: Packet): Buffer {
    return mqttPacket.generate(packet, { protocolVersion: this.#version })
  }

  send(packet: Packet): void {
    this.write(this.encode(packet))
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  publish(topic: string, payload: string | Buffer, o: { qos?: 0 | 1 | 2; id?: number; retain?: boolean; dup?: boolean } = {}): void {
    this.send({
      cmd: 'publish',
      topic,
      payload,
      qos: o.qos ?? 1,
      retain: o.retain ?? false,
      dup: o.dup ?? false,
      ...(o.qos !== 0 && { messageId: o.id ?? 1 }),
    })
  }

  /** The packets received of one kind. */
  of<C extends Packet['cmd']>(cmd: C): Extract<Packet, { cmd: C }>[] {
    return this.received.filter((p): p is Extract<Packet, { cmd: C }> => p.cmd === cmd)
  }

  /** Packet ids of the PUBACKs so far, in order. */
  get acknowledged(): number[] {
    return this.of('puback').map((p) => p.messageId ?? 0)
  }

  /** Resolves when `condition` holds; rejects after `limitMs` with what has been received. */
  async until(condition: (client: RawClient) => boolean, limitMs = 10_000): Promise<void> {
    const end = Date.now() + limitMs
    while (!condition(this)) {
      const left = end - Date.now()
      if (left <= 0)
        throw new Error(
          `not within ${limitMs} ms; closed: ${this.closed}, received: ${this.received
            .map((p) => p.cmd)
            .slice(-20)
            .join(' ')}`,
        )
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, left)
        const waiting = this.#waiting
        function done(): void {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
      })
    }
  }

  destroy(): void {
    this.socket.destroy()
  }

  #wake(): void {
    for (const done of this.#waiting) done()
  }
}
