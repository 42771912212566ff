import { createServer, type AddressInfo, type Socket } from 'node:net'
import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'

export interface FaultOptions {
  /** Chance per message that the connection is destroyed instead of the message being acknowledged. */
  readonly drop?: number
  /** Of dropped messages: half are recorded first, as by a bridge that dies between Kafka's word and its own. */
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
  readonly port: number
  readonly url: string
  readonly received: readonly Received[]
  readonly clients: ReadonlySet<string>
  readonly drops: number
  close(): Promise<void>
}

export async function faultEndpoint(options: FaultOptions = {}): Promise<FaultEndpoint> {
  const { drop = 0, random = Math.random, acknowledges = () => true, accepts = () => true } = options
  const received: Received[] = []
  const clients = new Set<string>()
  const sockets = new Set<Socket>()
  let drops = 0
  const handle = (socket: Socket, client: string, packet: IPublishPacket): void => {
    const message = { client, topic: packet.topic, payload: packet.payload.toString(), dup: packet.dup }
    const broken = random() < drop
    if (!broken || random() < 0.5) received.push(message)
    if (broken) {
      drops++
      socket.destroy()
    } else if (acknowledges()) socket.write(generate({ cmd: 'puback', messageId: packet.messageId ?? 0 }))
  }
  const server = createServer((socket) => {
    const read = parser({ protocolVersion: 4 })
    let client = ''
    sockets.add(socket)
    if (!accepts()) socket.destroy()
    read.on('packet', (packet: Packet) => {
      if (socket.destroyed) return
      if (packet.cmd === 'connect') {
        client = packet.clientId
        clients.add(client)
        socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
      } else if (packet.cmd === 'publish') handle(socket, client, packet)
      else if (packet.cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }))
      else if (packet.cmd === 'disconnect') socket.end()
    })
    socket.on('data', (bytes: Buffer) => read.parse(bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    received,
    clients,
    get drops() {
      return drops
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
