import type { Socket } from 'node:net'
import type { Intake, Sender } from '../intake.ts'
import type { Moment } from '../moments.ts'
import { AckQueue, type InFlight } from '../publish/ack-queue.ts'
import {
  accepted,
  answerTo,
  CODE,
  type Code,
  disconnect,
  noSubscription,
  noUnsubscription,
  pubrec,
  rejected,
  WRONG_VERSION,
} from './answers.ts'
import type { Authenticate } from './authenticate.ts'
import { countFilters } from './filters.ts'
import { type Frame, TYPE } from './frame.ts'
import type { PacketTaker } from './inbox.ts'
import { type Admitted, judgeConnect, levelOf } from './judge-connect.ts'
import { LIMITS } from './limits.ts'
import type { PassedBy } from './oversize.ts'
import { PacketParser } from './parse-packet.ts'
import { readPublish } from './publish-packet.ts'
import { type Shared, Wire } from './wire.ts'

/** What a connection asks of the endpoint that it belongs to. */
export interface Endpoint extends Shared {
  readonly intake: Intake
  readonly authenticate: Authenticate
  newClientId(): string
  /** The client has connected; whoever had its id before is sent away. */
  admitted(connection: Connection): void
  /** Answers may be due. */
  due(connection: Connection): void
  left(connection: Connection): void
}

/**
 * One client of the endpoint. Takes what it publishes and answers in receive order after Kafka has it. Whatever happens
 * after it was closed does nothing.
 */
export class Connection implements PacketTaker, Sender {
  version = 0
  open = true
  /** True while it stands in the endpoint's list of connections with answers due. */
  due = false
  readonly queue: AckQueue
  readonly wire: Wire
  readonly #endpoint: Endpoint
  readonly #parser = new PacketParser()
  readonly #since: Moment
  #client: Admitted | null = null
  #will = false
  /** Messages of QoS 2 between their PUBLISH and their PUBREL. */
  readonly #exactlyOnce = new Map<number, InFlight>()

  constructor(socket: Socket, endpoint: Endpoint) {
    this.#endpoint = endpoint
    this.#since = endpoint.moments.now()
    this.queue = new AckQueue(endpoint.budget, () => endpoint.due(this))
    this.wire = new Wire(socket, endpoint, this, () => this.#end())
  }

  get user(): string | null {
    return this.#client?.user ?? null
  }

  /** Whose connection this is, once connected: a client id belongs to the user who brought it. */
  get identity(): string | null {
    return this.#client === null ? null : `${this.#client.user ?? ''}\0${this.#client.clientId}`
  }

  /** Writes the answers that are due and takes what there is room for now. */
  answer(): void {
    this.due = false
    if (!this.open) return
    const answers = this.queue.takeAnswers()
    if (answers !== null) this.wire.write(answers)
    this.resume()
  }

  /** Takes what there is room for now. */
  resume(): void {
    if (this.open && this.wire.inbox.blocked) this.wire.take()
  }

  /** Called every second or so, for the limits of time. */
  watch(now: Moment): void {
    if (!this.open) return
    if (this.#client === null) {
      if (now.steady - this.#since.steady > LIMITS.connectMs) this.fault(CODE.protocolError)
      return
    }
    const { keepAliveMs, silenceMs } = this.#client
    if (keepAliveMs > 0) this.wire.reassure(keepAliveMs / 2, now)
    if (this.wire.isStalled(now)) this.fault(CODE.quotaExceeded)
    else if (silenceMs > 0 && this.wire.silentFor(silenceMs, now)) {
      this.#endpoint.counters.timedOut++
      this.close(CODE.keepAliveTimeout)
    }
  }

  /** Ends the connection, saying why where MQTT has a word for it. */
  close(code: Code): void {
    if (!this.open) return
    const farewell = this.#client === null ? null : disconnect(this.version, code)
    if (farewell !== null) this.wire.write(farewell)
    this.#hangUp()
  }

  fault(code: Code): void {
    if (this.open) this.#endpoint.counters.faulty++
    this.close(code)
  }

  admits(frame: Frame): boolean {
    // What may be lost never waits: it is taken or shed.
    if ((frame.flags & 6) === 0) return true
    if (this.queue.messages >= LIMITS.messages || this.#endpoint.budget.full) return false
    const bytes = frame.length > LIMITS.packetBytes ? 0 : frame.length
    return this.queue.bytes === 0 || this.queue.bytes + bytes <= LIMITS.bytes
  }

  packet(bytes: Buffer, frame: Frame, received: Moment): void {
    if (this.#client === null) this.#connect(bytes, frame)
    else if (frame.type === TYPE.PUBLISH) this.#publish(bytes, frame, received)
    else if (frame.type === TYPE.SUBSCRIBE || frame.type === TYPE.UNSUBSCRIBE) this.#refuseFilters(bytes, frame)
    else this.#control(bytes, frame)
  }

  passed(message: PassedBy, received: Moment): void {
    if (message.qos === 2 && this.#repeats(message.packetId)) return
    if (message.qos === 0) this.#endpoint.counters.qos0++
    const entry = this.#track(message.packetId, message.qos, 0)
    this.queue.charge(entry, this.#endpoint.intake.tooLarge(message, this, entry, received))
  }

  pingAhead(): void {
    this.wire.pong()
  }

  #publish(bytes: Buffer, frame: Frame, received: Moment): void {
    const { counters, intake } = this.#endpoint
    const packet = readPublish(bytes, frame, this.version)
    if (packet === null) return this.fault(CODE.malformed)
    // We offer no topic aliases, so the topic has to be there.
    if (packet.aliased || packet.topic === '') return this.fault(CODE.topicAliasInvalid)
    if (packet.qos === 0) {
      counters.qos0++
      if (this.#endpoint.budget.tight || this.queue.messages >= LIMITS.messages || this.queue.bytes >= LIMITS.bytes) {
        counters.qos0Shed++
        return
      }
    } else if (packet.qos === 2 && this.#repeats(packet.packetId)) return
    if (packet.retain) counters.retained++
    const entry = this.#track(packet.packetId, packet.qos, frame.end - frame.start)
    this.queue.charge(entry, intake.take(packet.topic, packet.payload, this, entry, received))
  }

  #track(packetId: number, qos: 0 | 1 | 2, bytes: number): InFlight {
    const entry = this.queue.add(packetId, qos, bytes)
    if (qos === 2) this.#exactlyOnce.set(packetId, entry)
    return entry
  }

  /** Whether a PUBLISH of QoS 2 is one that we have: it is not taken twice, its PUBREC is repeated. */
  #repeats(packetId: number): boolean {
    const known = this.#exactlyOnce.get(packetId)
    if (known === undefined) {
      if (this.#exactlyOnce.size < LIMITS.released) return false
      this.fault(CODE.receiveMaximumExceeded)
      return true
    }
    if (known.done) this.wire.write(pubrec(packetId))
    return true
  }

  #connect(bytes: Buffer, frame: Frame): void {
    const level = levelOf(bytes, frame)
    if (level !== 4 && level !== 5) {
      this.wire.write(WRONG_VERSION)
      return this.fault(CODE.unsupportedVersion)
    }
    const packet = this.#parser.parse(bytes.subarray(frame.start, frame.end))
    if (packet instanceof Error || packet.cmd !== 'connect') return this.fault(CODE.malformed)
    const verdict = judgeConnect(packet, this.#endpoint.authenticate, () => this.#endpoint.newClientId())
    if ('code' in verdict) {
      this.#endpoint.counters.refusedLogins++
      const answer = rejected(verdict.version, verdict.code)
      if (answer !== null) this.wire.write(answer)
      return this.#hangUp()
    }
    this.version = verdict.version
    this.#client = verdict
    this.#will = verdict.will
    this.#endpoint.counters.connected++
    this.#endpoint.admitted(this)
    this.wire.write(accepted(verdict.version, verdict.assigned ? verdict.clientId : null))
  }

  #refuseFilters(bytes: Buffer, frame: Frame): void {
    const filters = countFilters(bytes, frame, this.version)
    if (filters === null) return this.fault(CODE.malformed)
    this.#endpoint.counters.subscriptionsRefused++
    this.wire.write(frame.type === TYPE.SUBSCRIBE ? noSubscription(filters, this.version) : noUnsubscription(filters, this.version))
  }

  /** PINGREQ, PUBREL, DISCONNECT, and what a client may not send. */
  #control(bytes: Buffer, frame: Frame): void {
    const packet = this.#parser.parse(bytes.subarray(frame.start, frame.end))
    if (packet instanceof Error) return this.fault(CODE.malformed)
    if (packet.cmd === 'disconnect') {
      // MQTT 5's reason 4 asks for the will to be sent after all.
      if (packet.reasonCode !== 4) this.#will = false
      return this.#hangUp()
    }
    if (packet.cmd === 'pubrel') this.#exactlyOnce.delete(packet.messageId ?? 0)
    const answer = answerTo(packet)
    if (answer === null) return this.fault(CODE.protocolError)
    this.wire.write(answer)
  }

  #hangUp(): void {
    this.#end()
    this.wire.hangUp()
  }

  #end(): void {
    if (!this.open) return
    this.open = false
    this.queue.close()
    // A will says that a client is gone: a fact about the connection, never an event.
    if (this.#will) this.#endpoint.counters.wills++
    this.#endpoint.left(this)
  }
}
