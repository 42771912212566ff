import mqttPacket, { type Packet, type Parser } from 'mqtt-packet'

/** Reads whole packets of one connection, which must give it the CONNECT first. */
export class PacketParser {
  readonly #parser: Parser = mqttPacket.parser()
  #packet: Packet | null = null
  #error: Error | null = null

  constructor() {
    this.#parser.on('packet', (packet) => {
      this.#packet = packet
    })
    this.#parser.on('error', (error) => {
      this.#error = error as Error
    })
  }

  /** The packet that `bytes` hold, no more and no less; an error where they hold none. */
  parse(bytes: Buffer): Packet | Error {
    this.#packet = null
    this.#error = null
    try {
      const left = this.#parser.parse(bytes)
      return this.#error ?? (left === 0 && this.#packet !== null ? this.#packet : new Error('not one packet'))
    } catch (error) {
      // Lengths inside a packet that point beyond its end make the library read out of bounds.
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}
