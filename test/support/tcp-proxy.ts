import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
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

const PROBE_MS = 25

/**
 * Passes connections on to a port of this machine; `tap` is asked for each connection. While nobody listens there, the
 * proxy does not listen either: clients tell a refused connection from a broken one.
 */
export async function startTcpProxy(targetPort: number, tap: () => Tap): Promise<TcpProxy> {
  const proxy = new Proxy(targetPort, tap)
  await proxy.listen()
  return proxy
}

class Proxy implements TcpProxy {
  port = 0
  readonly #targetPort: number
  readonly #tap: () => Tap
  readonly #sockets = new Set<net.Socket>()
  readonly #server: net.Server
  #watch: Promise<void> | null = null
  #closed = false

  constructor(targetPort: number, tap: () => Tap) {
    this.#targetPort = targetPort
    this.#tap = tap
    this.#server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client))
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port: this.port, host: LOOPBACK }, resolve)
    })
    this.port = (this.#server.address() as net.AddressInfo).port
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#watch
    const closed = this.#server.listening ? new Promise<void>((resolve) => this.#server.close(() => resolve())) : Promise.resolve()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #accept(client: net.Socket): void {
    const target = net.connect({ port: this.#targetPort, host: LOOPBACK, noDelay: true, allowHalfOpen: true })
    for (const socket of [client, target]) {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    }
    // Every connection that ends may be the first to tell that the server is gone.
    target.once('close', () => (this.#watch ??= this.#untilBack()))
    join(client, target, this.#tap())
  }

  /** Refuses connections until the server takes them, if it does not now. */
  async #untilBack(): Promise<void> {
    while (!this.#closed && !(await this.#answers())) {
      if (this.#server.listening) this.#server.close()
      await sleep(PROBE_MS)
    }
    if (!this.#closed && !this.#server.listening) await this.listen()
    this.#watch = null
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const probe = net.connect(this.#targetPort, LOOPBACK, () => {
        probe.destroy()
        resolve(true)
      })
      probe.once('error', () => resolve(false))
    })
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
  from.on('error', () => to.resetAndDestroy())
  from.on('close', () => to.destroySoon())
}
