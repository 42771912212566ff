import { CityError } from '@commonstream/runtime'
import type { ReplayConfig } from './config.ts'

/** What a bridge answers that has the reading: in Kafka, or in quarantine again. */
const HAS_IT = new Set([202, 400, 403, 413, 422])

/**
 * POSTs a reading of a stream in the stream's own names; the bridge then has it.
 * @throws CityError `NOT_ACKNOWLEDGED` where it has not
 */
export async function postReading(config: ReplayConfig, stream: string, payload: Buffer, limitMs: number): Promise<void> {
  const { user = '', password } = config.mqtt
  const login = Buffer.from(`${user}:${password ?? ''}`).toString('base64')
  const response = await fetch(`${config.push}/v1/streams/${stream}/readings`, {
    method: 'POST',
    body: new Uint8Array(payload),
    headers: {
      'content-type': 'application/vnd.commonstream.readings+json',
      ...(password !== undefined && { authorization: `Basic ${login}` }),
    },
    signal: AbortSignal.timeout(limitMs),
  })
  await response.body?.cancel()
  if (!HAS_IT.has(response.status))
    throw new CityError('NOT_ACKNOWLEDGED', `The bridge did not take a reading of ${stream}: HTTP status ${response.status}`, {
      sort: 'world',
    })
}
