import { parseArgs } from 'node:util'
import { reasonOf } from '@commonstream/runtime/errors.ts'
import type { Hold } from '../plan/plan-replay.ts'
import { holdOf, numberOf, shareOf, usageError } from './values.ts'

interface CommonOptions {
  readonly seed: number
  readonly duplicates: number
  readonly fast: boolean
  readonly url: string | null
  readonly patienceMs: number
}

export interface ReplayCommand extends CommonOptions {
  readonly command: 'replay'
  /** Empty: all. */
  readonly streams: readonly string[]
  readonly shuffleMs: number
  readonly holds: readonly Hold[]
  readonly limit: number
}

export interface SimulateCommand extends CommonOptions {
  readonly command: 'simulate'
  readonly stream: string
  /** Null: what the contract says. */
  readonly sensors: number | null
  readonly rate: number | null
  readonly disorder: number
  readonly lateMs: number
  readonly hold: number
  readonly fastClocks: number
  readonly seconds: number
  readonly connections: number
}

const COMMON = {
  seed: { type: 'string' },
  duplicates: { type: 'string' },
  fast: { type: 'boolean' },
  url: { type: 'string' },
  timeout: { type: 'string' },
} as const
const REPLAY = {
  ...COMMON,
  stream: { type: 'string', multiple: true },
  shuffle: { type: 'string' },
  hold: { type: 'string', multiple: true },
  limit: { type: 'string' },
} as const
const SIMULATE = {
  ...COMMON,
  stream: { type: 'string' },
  sensors: { type: 'string' },
  rate: { type: 'string' },
  disorder: { type: 'string' },
  late: { type: 'string' },
  hold: { type: 'string' },
  'fast-clocks': { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string' },
} as const

/**
 * The command line, read and checked.
 * @throws CityError `USAGE`, naming the option
 */
export function parseCommand(args: readonly string[]): ReplayCommand | SimulateCommand | { readonly command: 'help' } {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return { command: 'help' }
  const [command, ...rest] = args
  if (command === 'replay') return replayOf(read(rest, REPLAY))
  if (command === 'simulate') return simulateOf(read(rest, SIMULATE))
  throw usageError(`There is no command "${command}": want replay or simulate (--help explains)`)
}

function replayOf(given: ReturnType<typeof read<typeof REPLAY>>): ReplayCommand {
  return {
    command: 'replay',
    ...commonOf(given),
    streams: given.stream ?? [],
    shuffleMs: numberOf('shuffle', given.shuffle, 0, { min: 0 }) * 60_000,
    holds: (given.hold ?? []).map(holdOf),
    limit: numberOf('limit', given.limit, Number.POSITIVE_INFINITY, { min: 0, whole: true }),
  }
}

function simulateOf(given: ReturnType<typeof read<typeof SIMULATE>>): SimulateCommand {
  if (given.stream === undefined) throw usageError('simulate wants --stream')
  return {
    command: 'simulate',
    ...commonOf(given),
    stream: given.stream,
    sensors: given.sensors === undefined ? null : numberOf('sensors', given.sensors, 0, { min: 1, max: 1_000_000, whole: true }),
    rate: given.rate === undefined ? null : numberOf('rate', given.rate, 0, { min: 0.001, max: 1_000_000 }),
    disorder: shareOf('disorder', given.disorder),
    lateMs: numberOf('late', given.late, 60, { min: 0 }) * 1_000,
    hold: shareOf('hold', given.hold),
    fastClocks: shareOf('fast-clocks', given['fast-clocks']),
    seconds: numberOf('seconds', given.seconds, Number.POSITIVE_INFINITY, { min: 0 }),
    connections: numberOf('connections', given.connections, 4, { min: 1, max: 1_000, whole: true }),
  }
}

function commonOf(given: { seed?: string; duplicates?: string; fast?: boolean; url?: string; timeout?: string }): CommonOptions {
  return {
    seed: numberOf('seed', given.seed, 1, { min: 0, max: 2 ** 32 - 1, whole: true }),
    duplicates: shareOf('duplicates', given.duplicates),
    fast: given.fast ?? false,
    url: given.url === undefined ? null : urlOf(given.url),
    patienceMs: numberOf('timeout', given.timeout, 120, { min: 1 }) * 1_000,
  }
}

function urlOf(given: string): string {
  if (URL.parse(given)?.protocol === 'mqtt:') return given
  throw usageError(`--url is "${given}": want mqtt://host:port`)
}

function read<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    throw usageError(`${reasonOf(error)} (--help explains)`)
  }
}
