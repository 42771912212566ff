import { each, earliest, envelopeOf, type ParseEnvelope } from '../../src/decode/envelope.ts'
import { Refused } from '../../src/decode/reading.ts'

/** LORIOT's application data: `rx` once the first gateway has it, `gw` with the list of all. */
export const loriot: ParseEnvelope = (message) => {
  if (typeof message.cmd !== 'string' || message.EUI === undefined) return null
  if (message.cmd !== 'rx' && message.cmd !== 'gw') return new Refused('invalid', 'a message of LORIOT that is no uplink')
  const gateways = each(message.gws, 'gweui')
  return envelopeOf({
    deviceId: message.EUI,
    session: message.devaddr,
    fPort: message.port,
    fCnt: message.fcnt,
    payload: message.data,
    encoding: 'hex',
    times: [message.ts, earliest(each(message.gws, 'ts'))],
    gateways: gateways.length > 0 ? gateways : ['the one that is not named'],
  })
}
