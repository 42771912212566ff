import type { IConnectPacket } from 'mqtt-packet'
import { CODE, type Code } from './answers.ts'
import type { Authenticate } from './authenticate.ts'
import type { Frame } from './frame.ts'
import { LIMITS } from './limits.ts'

/** A client that may stay. */
export interface Admitted {
  readonly version: 4 | 5
  readonly clientId: string
  /** Whether we chose the id. */
  readonly assigned: boolean
  readonly user: string | null
  /** Longest silence (ms) that the client is allowed; 0: any. */
  readonly silenceMs: number
  readonly keepAliveMs: number
  readonly will: boolean
}

export interface Rejected {
  readonly version: number
  readonly code: Code
}

/** MQTT gives a client one and a half times the keep alive it announced. */
const GRACE = 1.5

/** Whether a client may connect, and as whom. `newId` makes an id for a client that brings none. */
export function judgeConnect(packet: IConnectPacket, authenticate: Authenticate, newId: () => string): Admitted | Rejected {
  const version = packet.protocolVersion ?? 4
  const refuse = (code: Code): Rejected => ({ version, code })
  if ((version !== 4 && version !== 5) || packet.protocolId !== 'MQTT') return refuse(CODE.unsupportedVersion)
  if (version === 4 && packet.password !== undefined && packet.username === undefined) return refuse(CODE.malformed)
  if ((packet.will?.qos ?? 0) > 2) return refuse(CODE.malformed)
  if (packet.properties?.authenticationMethod !== undefined) return refuse(CODE.badAuthentication)
  if (packet.properties?.receiveMaximum === 0) return refuse(CODE.protocolError)
  if (packet.clientId === '' && version === 4 && packet.clean === false) return refuse(CODE.clientIdNotValid)
  if (Buffer.byteLength(packet.clientId) > LIMITS.clientIdBytes) return refuse(CODE.clientIdNotValid)
  const login = authenticate(packet.username, packet.password)
  if (login === 'no_credentials') return refuse(CODE.notAuthorised)
  if (login === 'wrong') return refuse(CODE.badCredentials)
  const keepAliveMs = (packet.keepalive ?? 0) * 1_000
  return {
    version,
    clientId: packet.clientId === '' ? newId() : packet.clientId,
    assigned: packet.clientId === '',
    user: login.user,
    silenceMs: keepAliveMs * GRACE,
    keepAliveMs,
    will: packet.will !== undefined,
  }
}

/** The protocol level that a CONNECT names, without the flag by which brokers mark themselves; 0 where it names none. */
export function levelOf(bytes: Buffer, frame: Frame): number {
  if (frame.length < 2) return 0
  const at = frame.body + 2 + bytes.readUInt16BE(frame.body)
  return at < frame.end ? (bytes[at] as number) & 0x7f : 0
}
