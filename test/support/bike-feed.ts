import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A feed of one bike-share station, as an operator would publish it. */
export interface BikeFeed {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a feed that answers one after the other with a station that has so many bicycles, or with a text; the last answer
 * stays. Another number of bicycles is reported a second later than the one before.
 */
export async function startBikeFeed(answers: readonly (number | string)[]): Promise<BikeFeed> {
  const reported = Math.floor(Date.now() / 1_000) - 60
  const numbers = [...new Set(answers.filter((answer) => typeof answer === 'number'))]
  const bodies = answers.map((bikes) => {
    if (typeof bikes === 'string') return bikes
    const counts = { num_bikes_available: bikes, num_bikes_disabled: 0, num_docks_available: 1, num_docks_disabled: 0 }
    const state = { is_installed: 1, is_renting: 1, is_returning: 1, last_reported: reported + numbers.indexOf(bikes) }
    return JSON.stringify({ last_updated: reported, ttl: 0, data: { stations: [{ station_id: '5', ...counts, ...state }] } })
  })
  const server = createServer((_, response) => void response.end(bodies.length > 1 ? bodies.shift() : bodies[0]))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/station_status.json`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
