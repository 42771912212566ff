import { each, earliest, envelopeOf, type ParseEnvelope } from '../../src/decode/envelope.ts'

const SHORT_DATE = /^(\d{4})-(\d{2})(\d{2})T/

/** What gateways with a network server of their own POST (Milesight and others): flat, DevEUI and base64. */
export const plainHttp: ParseEnvelope = (message) => {
  const deviceId = message.devEUI ?? message.devEui
  if (deviceId === undefined || message.data === undefined) return null
  const gateways = each(message.rxInfo, 'mac', 'gatewayID', 'gatewayId')
  return envelopeOf({
    deviceId,
    session: message.devAddr,
    fPort: message.fPort,
    fCnt: message.fCnt,
    payload: message.data,
    encoding: 'base64',
    times: [fullDate(message.time), message.timestamp, earliest(each(message.rxInfo, 'time'))],
    gateways: gateways.length > 0 ? gateways : ['the one that is not named'],
  })
}

/** Some firmware leaves out the second hyphen of a date. */
function fullDate(time: unknown): unknown {
  return typeof time === 'string' ? time.replace(SHORT_DATE, '$1-$2-$3T') : time
}
