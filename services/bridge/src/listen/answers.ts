import mqttPacket, { type Packet } from 'mqtt-packet'
import { LIMITS } from './limits.ts'

/** MQTT 5 reason codes that we give; MQTT 3.1.1 has codes only for CONNACK. */
export const CODE = {
  malformed: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  clientIdNotValid: 0x85,
  badCredentials: 0x86,
  notAuthorised: 0x87,
  shuttingDown: 0x8b,
  badAuthentication: 0x8c,
  keepAliveTimeout: 0x8d,
  takenOver: 0x8e,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
} as const
export type Code = (typeof CODE)[keyof typeof CODE]

/** CONNACK's return codes of MQTT 3.1.1, by the reason that MQTT 5 would give. */
const RETURN_CODES: Partial<Record<Code, number>> = {
  [CODE.unsupportedVersion]: 1,
  [CODE.clientIdNotValid]: 2,
  [CODE.badCredentials]: 4,
  [CODE.notAuthorised]: 5,
}

export const PINGRESP = Buffer.from([0xd0, 0x00])
/** "Unacceptable protocol version", to a client whose version we cannot speak. */
export const WRONG_VERSION = Buffer.from([0x20, 0x02, 0x00, 0x01])

/** The acceptance of a connection. There is never a session: what is not acknowledged is with the client. */
export function accepted(version: number, assignedId: string | null): Buffer {
  if (version !== 5) return Buffer.from([0x20, 0x02, 0x00, 0x00])
  const properties = {
    receiveMaximum: LIMITS.messages,
    sessionExpiryInterval: 0,
    wildcardSubscriptionAvailable: false,
    subscriptionIdentifiersAvailable: false,
    sharedSubscriptionAvailable: false,
    ...(assignedId !== null && { assignedClientIdentifier: assignedId }),
  }
  return mqttPacket.generate({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties }, { protocolVersion: 5 })
}

/** The refusal of a connection; null where the version has no word for the reason and the connection just ends. */
export function rejected(version: number, code: Code): Buffer | null {
  if (version === 5) return Buffer.from([0x20, 0x03, 0x00, code, 0x00])
  const returnCode = RETURN_CODES[code]
  return returnCode === undefined ? null : Buffer.from([0x20, 0x02, 0x00, returnCode])
}

/** Our DISCONNECT, which only MQTT 5 knows. */
export function disconnect(version: number, code: Code): Buffer | null {
  return version === 5 ? Buffer.from([0xe0, 0x02, code, 0x00]) : null
}

/**
 * What a connected client is answered at once; null where it may not send such a packet. Subscriptions are refused
 * filter by filter, for this endpoint forwards nothing.
 */
export function answerTo(packet: Packet, version: number): Buffer | null {
  if (packet.cmd === 'pingreq') return PINGRESP
  const id = packet.messageId ?? 0
  if (!(id > 0)) return null
  if (packet.cmd === 'pubrel') return Buffer.from([0x70, 0x02, id >> 8, id & 0xff])
  const codes =
    packet.cmd === 'subscribe'
      ? packet.subscriptions.map(() => 0x80)
      : packet.cmd === 'unsubscribe'
        ? packet.unsubscriptions.map(() => 0x11)
        : []
  if (codes.length === 0) return null
  // Version 3.1.1 has no codes in UNSUBACK; version 5 has properties, none here, before them.
  const rest = version === 5 ? [0, ...codes] : packet.cmd === 'subscribe' ? codes : []
  return Buffer.from([packet.cmd === 'subscribe' ? 0x90 : 0xb0, ...lengthOf(2 + rest.length), id >> 8, id & 0xff, ...rest])
}

/** A remaining length as MQTT writes it: seven bits a byte, the lowest first. */
function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, ...lengthOf(length >> 7)]
}

/** The answer to a PUBLISH of QoS 2 that we have had before. */
export function pubrec(packetId: number): Buffer {
  return Buffer.from([0x50, 0x02, packetId >> 8, packetId & 0xff])
}
