import { each, earliest, envelopeOf, type ParseEnvelope } from '../../src/decode/envelope.ts'
import { objectOf } from '../../src/decode/json.ts'

/** ChirpStack's uplink event (MQTT or HTTP integration, JSON): version 4 with `deviceInfo`, version 3 with `applicationID` as text. */
export const chirpstack: ParseEnvelope = (message) => {
  const device = objectOf(message.deviceInfo)
  if (device === null && typeof message.applicationID !== 'string') return null
  return envelopeOf({
    deviceId: device?.devEui ?? message.devEUI,
    session: message.devAddr,
    fPort: message.fPort,
    // Protocol buffers leave out what is 0.
    fCnt: message.fCnt ?? 0,
    payload: message.data,
    encoding: 'base64',
    times: [message.time, earliest(each(message.rxInfo, 'nsTime', 'gwTime', 'time'))],
    gateways: each(message.rxInfo, 'gatewayId', 'gatewayID'),
  })
}
