import pino, { type Logger } from 'pino'

export type Log = Logger

/** A JSON log on standard output; every line names its service. */
export function createLog(service: string, level = 'info'): Log {
  return pino({ base: { service }, level, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } })
}
