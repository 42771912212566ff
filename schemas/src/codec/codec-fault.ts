/** Bytes from the log that are no value of their schema; the caller makes a refusal of it. */
export class CodecFault extends Error {
  readonly reason: 'unknown_schema' | 'corrupt'

  constructor(reason: 'unknown_schema' | 'corrupt', message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CodecFault'
    this.reason = reason
  }
}
