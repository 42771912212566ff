import { LOOPBACK, type Part, PartBoard, createTelemetry, healthServer, type Stop } from '@commonstream/runtime'
import { freePort } from '../../support/ports.ts'

/** Health servers of services that are all right, for a page test that needs no bridge or worker. */
export async function answerReady(names: readonly string[]): Promise<{ addresses: Record<string, string>; stop: () => Promise<void> }> {
  const addresses: Record<string, string> = {}
  const stops: Stop[] = []
  for (const name of names) {
    const port = await freePort()
    const board = new PartBoard()
    board.set(name, 'ready')
    board.set('kafka', 'ready')
    const part: Part = healthServer({ service: name, host: LOOPBACK, port, board, telemetry: createTelemetry(name) })
    stops.push(await part.start())
    addresses[name] = `http://${LOOPBACK}:${port}`
  }
  return { addresses, stop: async () => void (await Promise.all(stops.map((stop) => stop()))) }
}
