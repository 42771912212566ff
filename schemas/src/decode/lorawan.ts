import { chirpstack } from '../../decoders/envelopes/chirpstack.ts'
import { loriot } from '../../decoders/envelopes/loriot.ts'
import { plainHttp } from '../../decoders/envelopes/plain-http.ts'
import { theThingsStack } from '../../decoders/envelopes/the-things-stack.ts'
import { thingpark } from '../../decoders/envelopes/thingpark.ts'
import type { Envelope, ParseEnvelope } from './envelope.ts'
import { jsonOf, objectOf } from './json.ts'
import { Refused } from './reading.ts'

/** The first that knows a message takes it: the flat one of plain HTTP comes last. */
const NETWORKS: readonly ParseEnvelope[] = [theThingsStack, chirpstack, loriot, thingpark, plainHttp]

/** The uplink that a network server's message carries; whose message it is shows in its shape. */
export function readEnvelope(payload: Uint8Array): Envelope | Refused {
  const json = jsonOf(payload)
  if (json instanceof Refused) return json
  const message = objectOf(json)
  if (message === null) return new Refused('undecodable', 'not an object')
  for (const parse of NETWORKS) {
    const envelope = parse(message)
    if (envelope !== null) return envelope
  }
  return new Refused('undecodable', 'an uplink of no network server that is known')
}
