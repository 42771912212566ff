import mqttPacket, { type Packet } from 'mqtt-packet'
import type { Filters } from './filters.ts'
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

/** What a connected client is answered at once; null where it may not send such a packet. */
export function answerTo(packet: Packet): Buffer | null {
  if (packet.cmd === 'pingreq') return PINGRESP
  const id = packet.messageId ?? 0
  return packet.cmd === 'pubrel' && id > 0 ? Buffer.from([0x70, 0x02, id >> 8, id & 0xff]) : null
}

/** Refuses a SUBSCRIBE filter by filter: this endpoint forwards nothing. */
export function noSubscription({ packetId, count }: Filters, version: number): Buffer {
  // Version 5 has properties, none here, before the codes.
  const head = [0x90, ...lengthOf(count + (version === 5 ? 3 : 2)), packetId >> 8, packetId & 0xff, ...(version === 5 ? [0] : [])]
  return Buffer.concat([Buffer.from(head), Buffer.alloc(count, 0x80)])
}

/** Answers an UNSUBSCRIBE: there was no such subscription. Version 3.1.1 has no codes here. */
export function noUnsubscription({ packetId, count }: Filters, version: number): Buffer {
  if (version !== 5) return Buffer.from([0xb0, 2, packetId >> 8, packetId & 0xff])
  return Buffer.concat([Buffer.from([0xb0, ...lengthOf(count + 3), packetId >> 8, packetId & 0xff, 0]), Buffer.alloc(count, 0x11)])
}

/** A remaining length as MQTT writes it: seven bits a byte, the lowest first. */
function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, ...lengthOf(length >> 7)]
}

/** The answer to a PUBLISH of QoS 2 that we have had before. */
export function pubrec(packetId: number): Buffer {
  return Buffer.from([0x50, 0x02, packetId >> 8, packetId & 0xff])
}
