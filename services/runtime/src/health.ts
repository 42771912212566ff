import { createServer } from 'node:http'
import type { PartBoard } from './part.ts'
import type { Part } from './part.ts'
import type { Telemetry } from './telemetry.ts'

/** What `/health/ready` answers; status 200 when `ready`, else 503. `details` is the service's own (watermarks, counters). */
export interface ReadyAnswer {
  service: string
  ready: boolean
  parts: PartBoard['reports']
  details?: unknown
}

/** `/health/live`, `/health/ready` and `/metrics` of a service that has no HTTP of its own. */
export function healthServer(o: {
  service: string
  host: string
  port: number
  board: PartBoard
  telemetry: Telemetry
  details?: () => unknown
}): Part {
  return {
    name: 'health',
    async start() {
      const server = createServer((request, response) => {
        const path = request.url?.split('?')[0]
        const send = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body)
        if (path === '/health/live') return send(200, 'application/json', '{"live":true}')
        if (path === '/health/ready') {
          const answer: ReadyAnswer = { service: o.service, ready: o.board.ready, parts: o.board.reports, details: o.details?.() }
          return send(answer.ready ? 200 : 503, 'application/json', JSON.stringify(answer))
        }
        if (path !== '/metrics') return send(404, 'application/json', '{"title":"Not found"}')
        o.telemetry.expose().then(
          (text) => send(200, 'text/plain; version=0.0.4', text),
          (error: Error) => send(500, 'text/plain', error.message),
        )
      })
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(o.port, o.host, resolve)
      })
      return () =>
        new Promise((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        })
    },
  }
}
