import mqttPacket from 'mqtt-packet'
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

/** Refuses each of the filters: this endpoint forwards nothing. */
export function noSubscription(version: number, messageId: number, filters: number): Buffer {
  return mqttPacket.generate({ cmd: 'suback', messageId, granted: Array.from({ length: filters }, () => 0x80) }, { protocolVersion: version })
}

/** There was nothing to unsubscribe from. */
export function noUnsubscription(version: number, messageId: number, filters: number): Buffer {
  return mqttPacket.generate({ cmd: 'unsuback', messageId, granted: Array.from({ length: filters }, () => 0x11) }, { protocolVersion: version })
}

export function pubcomp(packetId: number): Buffer {
  return Buffer.from([0x70, 0x02, packetId >> 8, packetId & 0xff])
}

export function pubrec(packetId: number): Buffer {
  return Buffer.from([0x50, 0x02, packetId >> 8, packetId & 0xff])
}
