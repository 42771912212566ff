import type { City, Standing, Stream } from '@commonstream/schemas'
import type { Clock, Log, Telemetry } from '@commonstream/runtime'
import type { FastifyInstance } from 'fastify'
import type { Role, Tokens } from '../access/roles.ts'
import { Problem } from '../problem.ts'
import type { Flights } from '../store/flights.ts'
import type { Folded } from '../questions/folded-since.ts'
import type { ImportedSpan } from '../questions/imported-span.ts'
import type { RowBook } from '../store/row-book.ts'
import type { GapBook } from '../store/gap-book.ts'
import type { RegisterBook } from '../store/register-book.ts'
import type { Store } from '../store/store.ts'
import type { Versions } from '../store/stream-version.ts'
import type { Services } from './services.ts'

/** What the service is built from. */
export interface Deps {
  readonly city: City
  readonly store: Store
  readonly clock: Clock
  readonly tokens: Tokens
  readonly telemetry: Telemetry
  readonly log: Log
  readonly services: Services
  /** What counts of a stream's assessment, and its decisions; without it those of the city. */
  readonly standing?: (stream: Stream) => Standing
  /** Requests of one key (a token or an address) in a minute. */
  readonly ratePerMinute: number
  /** How old the version may be that an answer is judged unchanged by, ms. */
  readonly holdMs: number
  /** Folder of the built page; null: none. */
  readonly page: string | null
}

/** What the routes work with. */
export interface Context extends Deps {
  readonly standing: (stream: Stream) => Standing
  readonly flights: Flights
  readonly versions: Versions
  readonly gaps: GapBook
  /** Fold documents of a stream, oldest first; null while the ledger has no row. */
  readonly documents: RowBook<readonly Folded[]>
  /** Where a stream has imported windows; null: nowhere. */
  readonly imported: RowBook<ImportedSpan>
  readonly register: RegisterBook
}

export type App = FastifyInstance

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs. */
    role: Role
  }
}

/** The stream of an address. @throws Problem 404 */
export function streamNamed(city: City, name: string): Stream {
  const stream = city.streams.find((one) => one.name === name)
  if (stream === undefined) throw new Problem('not-found', `There is no stream "${name}"; /v1/streams lists them`)
  return stream
}

/** The streams a filter names, all without one. @throws Problem 400 */
export function streamsOf(city: City, name: string | undefined): readonly Stream[] {
  if (name === undefined) return city.streams
  const stream = city.streams.find((one) => one.name === name)
  if (stream === undefined)
    throw new Problem('bad-parameters', `stream ${name} is not known`, {
      faults: [{ parameter: 'stream', detail: `must be one of ${city.streams.map((s) => s.name).join(', ')}` }],
    })
  return [stream]
}
