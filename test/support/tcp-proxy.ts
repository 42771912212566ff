import net from 'node:net'
import { LOOPBACK } from '@commonstream/runtime'

/** Listens in on one connection. */
export interface Tap {
  /** Bytes of the client, before they go on. */
  request(bytes: Buffer): void
  /** Bytes of the server; true: the connection is cut and they never arrive. */
  reply(bytes: Buffer): boolean
}

/** A TCP proxy on loopback. */
export interface TcpProxy {
  readonly port: number
  close(): Promise<void>
}

/** Passes connections on to a port of this machine; `tap` is asked for each connection. */
export async function startTcpProxy(targetPort: number, tap: () => Tap): Promise<TcpProxy> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const target = net.connect({ port: targetPort, host: LOOPBACK, noDelay: true, allowHalfOpen: true })
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    join(client, target, tap())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: 0, host: LOOPBACK }, resolve)
  })
  return {
    port: (server.address() as net.AddressInfo).port,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}

function join(client: net.Socket, target: net.Socket, tap: Tap): void {
  pass(client, target, (bytes) => {
    tap.request(bytes)
    return false
  })
  pass(target, client, (bytes) => tap.reply(bytes))
}

function pass(from: net.Socket, to: net.Socket, cuts: (bytes: Buffer) => boolean): void {
  from.on('data', (bytes: Buffer) => {
    if (from.destroyed) return
    if (cuts(bytes)) {
      from.destroy()
      to.destroy()
    } else if (!to.write(bytes)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  // A server that is not there, a client that was killed: the other side sees its connection end.
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroySoon())
}
