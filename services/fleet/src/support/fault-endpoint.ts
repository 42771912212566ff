import { createServer, type AddressInfo, type Socket } from 'node:net'
import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'

export interface FaultOptions {
  /**
   * Chance per message that the connection is destroyed instead of the message being acknowledged. Half of these
   * messages are recorded first, as by a bridge that dies between Kafka's word and its own.
   */
  readonly drop?: number
  readonly random?: () => number
  /** Whether messages are acknowledged at all; asked per message. */
  readonly acknowledges?: () => boolean
  /** Whether connections are taken, or broken at once; asked per connection. */
  readonly accepts?: () => boolean
}

export interface Received {
  readonly client: string
  readonly topic: string
  readonly payload: string
  readonly dup: boolean
}

/** An MQTT endpoint with faults for tests: it records what it receives, acknowledges, and breaks connections at random. */
export interface FaultEndpoint {
  readonly url: string
  readonly received: readonly Received[]
  readonly clients: ReadonlySet<string>
  close(): Promise<void>
}

export async function faultEndpoint(options: FaultOptions = {}): Promise<FaultEndpoint> {
  const { drop = 0, random = Math.random, acknowledges = () => true, accepts = () => true } = options
  const received: Received[] = []
  const clients = new Set<string>()
  const sockets = new Set<Socket>()
  const take = (socket: Socket, client: string, packet: IPublishPacket): void => {
    const broken = random() < drop
    if (!broken || random() < 0.5) received.push({ client, topic: packet.topic, payload: packet.payload.toString(), dup: packet.dup })
    if (broken) socket.destroy()
    else if (acknowledges()) socket.write(generate({ cmd: 'puback', messageId: packet.messageId ?? 0 }))
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    if (accepts()) serve(socket, (client) => clients.add(client), take)
    else socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, received, clients, close }
}

function serve(
  socket: Socket,
  connected: (client: string) => void,
  take: (socket: Socket, client: string, packet: IPublishPacket) => void,
): void {
  const read = parser({ protocolVersion: 4 })
  let client = ''
  read.on('packet', (packet: Packet) => {
    if (socket.destroyed) return
    if (packet.cmd === 'connect') {
      client = packet.clientId
      connected(client)
      socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
    } else if (packet.cmd === 'publish') take(socket, client, packet)
    else if (packet.cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }))
    else if (packet.cmd === 'disconnect') socket.end()
  })
  socket.on('data', (bytes: Buffer) => read.parse(bytes))
}
