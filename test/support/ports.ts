import net from 'node:net'
import { LOOPBACK, PORTS } from '@commonstream/runtime'

/** An offset at which every default port is free, kept for one stack until released. */
export interface PortLease {
  readonly offset: number
  release(): Promise<void>
}

// Below the range that systems take outgoing ports from, and apart from the round offsets that people choose by hand.
const FIRST = 2_050
const LAST = 23_050
const STEP = 100

/** A port of each offset that no service uses: whoever listens there has the offset. */
const LEASE_PORT = 1_899

/**
 * Finds and keeps a free offset. Runs at the same time, in other processes or other clones, get other offsets.
 * @param random a number in [0, 1) that says where to begin to look
 */
export async function leasePorts(random: () => number = Math.random): Promise<PortLease> {
  const count = (LAST - FIRST) / STEP + 1
  const first = Math.floor(random() * count)
  for (let i = 0; i < count; i++) {
    const offset = FIRST + ((first + i) % count) * STEP
    const lease = await listen(LEASE_PORT + offset)
    if (lease === null) continue
    if (await allFree(offset)) return { offset, release: () => close(lease) }
    await close(lease)
  }
  throw new Error('no free offset for a stack: too many run on this machine')
}

/** A port that was free a moment ago, for a server that is not part of a stack. */
export async function freePort(): Promise<number> {
  const server = await listen(0)
  if (server === null) throw new Error('the system has no free port')
  const { port } = server.address() as net.AddressInfo
  await close(server)
  return port
}

async function allFree(offset: number): Promise<boolean> {
  for (const port of Object.values(PORTS)) {
    const server = await listen(port + offset)
    if (server === null) return false
    await close(server)
  }
  return true
}

function listen(port: number): Promise<net.Server | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => resolve(server))
  })
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
