import net from 'node:net'
import { LOOPBACK } from '@commonstream/runtime/defaults.ts'
import { CityError } from '@commonstream/runtime/errors.ts'

/** @throws CityError `PORT_IN_USE`, naming every port of `ports` that something else listens on */
export async function checkPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  const taken: string[] = []
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFree(port))) taken.push(`${port} (${name})`)
  }
  if (taken.length === 0) return
  throw new CityError('PORT_IN_USE', `In use by something else: ${taken.join(', ')}. Set CITY_PORT_OFFSET to shift every port`, {
    sort: 'world',
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
