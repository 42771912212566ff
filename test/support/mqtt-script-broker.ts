import net from 'node:net'
import mqttPacket, { type Packet } from 'mqtt-packet'

/** One client's connection to a scripted broker. */
export interface ScriptConnection {
  readonly received: Packet[]
  /** Raw bytes of each read, to see what came in one write. */
  readonly reads: Buffer[]
  send(packet: Packet): void
  destroy(): void
}

/** A broker that accepts every CONNECT and SUBSCRIBE and otherwise does only what a test tells it. */
export interface ScriptBroker {
  readonly url: string
  readonly connections: ScriptConnection[]
  stop(): Promise<void>
}

export async function startScriptBroker(o: { sessionPresent: (connection: number) => boolean; granted?: number }): Promise<ScriptBroker> {
  const connections: ScriptConnection[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    const protocolVersion = 5
    const parser = mqttPacket.parser({ protocolVersion })
    const connection: ScriptConnection = {
      received: [],
      reads: [],
      send: (packet) => void socket.write(mqttPacket.generate(packet, { protocolVersion })),
      destroy: () => void socket.destroy(),
    }
    const index = connections.push(connection) - 1
    parser.on('packet', (packet) => {
      connection.received.push(packet)
      if (packet.cmd === 'connect') connection.send({ cmd: 'connack', sessionPresent: o.sessionPresent(index), reasonCode: 0 })
      if (packet.cmd === 'subscribe')
        connection.send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => o.granted ?? 1) })
      if (packet.cmd === 'pingreq') connection.send({ cmd: 'pingresp' })
    })
    socket.on('data', (chunk) => {
      connection.reads.push(chunk as Buffer)
      parser.parse(chunk as Buffer)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
