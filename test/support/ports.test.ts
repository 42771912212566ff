import net from 'node:net'
import { PORTS } from '@commonstream/runtime'
import { expect, test } from 'vitest'
import { freePort, leasePorts } from './ports.ts'

const begin = 0.5

test('two leases at the same time have no port in common, and a released one is given again', async () => {
  const first = await leasePorts(() => begin)
  const second = await leasePorts(() => begin)
  const portsOf = (offset: number) => Object.values(PORTS).map((port) => port + offset)
  expect(new Set([...portsOf(first.offset), ...portsOf(second.offset)]).size).toBe(2 * Object.keys(PORTS).length)
  await first.release()
  const third = await leasePorts(() => begin)
  expect(third.offset).toBe(first.offset)
  await Promise.all([second.release(), third.release()])
})

test('an offset with a port in use is passed over', async () => {
  const lease = await leasePorts(() => begin)
  await lease.release()
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(PORTS.query + lease.offset, '127.0.0.1', resolve))
  const other = await leasePorts(() => begin)
  expect(other.offset).not.toBe(lease.offset)
  await other.release()
  await new Promise((resolve) => server.close(resolve))
})

test('a free port can be listened on', async () => {
  const port = await freePort()
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await new Promise((resolve) => server.close(resolve))
})
