import { each, envelopeOf, type ParseEnvelope } from '../../src/decode/envelope.ts'
import { objectOf } from '../../src/decode/json.ts'

/** ThingPark's uplink report (Wireless and Enterprise): `DevEUI_uplink` in JSON. */
export const thingpark: ParseEnvelope = (message) => {
  const uplink = objectOf(message.DevEUI_uplink)
  if (uplink === null) return null
  return envelopeOf({
    deviceId: uplink.DevEUI,
    session: uplink.DevAddr,
    fPort: uplink.FPort,
    fCnt: uplink.FCntUp,
    payload: uplink.payload_hex,
    encoding: 'hex',
    times: [uplink.Time],
    gateways: each(objectOf(uplink.Lrrs)?.Lrr, 'Lrrid'),
  })
}
