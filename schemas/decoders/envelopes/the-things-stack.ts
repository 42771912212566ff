import { each, envelopeOf, type ParseEnvelope } from '../../src/decode/envelope.ts'
import { objectOf } from '../../src/decode/json.ts'
import { Refused } from '../../src/decode/reading.ts'

/** The Things Stack's uplink message (Community, Industries and one's own): MQTT or webhook, JSON. */
export const theThingsStack: ParseEnvelope = (message) => {
  const uplink = objectOf(message.uplink_message)
  if (uplink === null) return null
  if (message.simulated === true) return new Refused('invalid', 'the uplink is simulated')
  const device = objectOf(message.end_device_ids)
  return envelopeOf({
    deviceId: device?.dev_eui ?? device?.device_id,
    session: uplink.session_key_id ?? device?.dev_addr,
    fPort: uplink.f_port,
    // Protocol buffers leave out what is 0.
    fCnt: uplink.f_cnt ?? 0,
    payload: uplink.frm_payload,
    encoding: 'base64',
    // The network server's time; the message's own is later by the time in which other gateways may report.
    times: [uplink.received_at, message.received_at],
    gateways: each(uplink.rx_metadata, 'gateway_ids').map((ids) => objectOf(ids)?.gateway_id),
  })
}
