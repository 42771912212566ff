import { type Clock, PartBoard, type PartReport, reasonOf } from '@commonstream/runtime'
import Type from 'typebox'
import Value from 'typebox/value'
import type { Store } from '../store/store.ts'
import { awayReason } from '../store/store-fault.ts'

/** A part of a service, as the status shows it. */
export interface ServicePart extends PartReport {
  readonly service: string
}

/** Asks how the services are. */
export interface Services {
  /** This service's own parts; the store is asked. */
  own(): Promise<{ ready: boolean; parts: readonly PartReport[] }>
  /** The parts of every service, this one included, and what became of each stream's messages at the bridge. */
  all(): Promise<{ parts: ServicePart[]; intake: Readonly<Record<string, unknown>> }>
}

const Ready = Type.Object({
  parts: Type.Array(
    Type.Object({
      name: Type.String(),
      state: Type.Enum(['starting', 'ready', 'waiting', 'failed', 'stopped']),
      since: Type.String(),
      reason: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  details: Type.Optional(Type.Unknown()),
})

/** Of a bridge's details: its counters by stream. */
const BridgeDetails = Type.Object({ streams: Type.Record(Type.String(), Type.Object({})) })

interface Heard {
  readonly parts: readonly ServicePart[]
  readonly intake: Readonly<Record<string, unknown>>
}

const ASK_LIMIT_MS = 2_000

/** @param addresses of `/health/ready` by service; @param storeUrl only for the reason that operators read */
export function createServices(o: { addresses: Readonly<Record<string, string>>; store: Store; storeUrl: string; clock: Clock }): Services {
  const away = new PartBoard(o.clock.real)
  const mine = new PartBoard(o.clock.real)
  mine.set('http', 'ready')
  const own = async () => {
    const fault = await o.store.fault()
    mine.set('store', fault === null ? 'ready' : 'waiting', fault === null ? null : awayReason(o.storeUrl, fault))
    return { ready: mine.ready, parts: mine.reports }
  }
  const ask = async (service: string, address: string): Promise<Heard> => {
    try {
      const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(ASK_LIMIT_MS) })
      const answer: unknown = await response.json()
      if (!Value.Check(Ready, answer)) throw new TypeError('it answers something else than a service of this city')
      away.set(service, 'ready')
      const parts = answer.parts.map(({ name, state, since, reason }) => ({ service, name, state, since, reason }))
      const { details } = answer
      return { parts, intake: service === 'bridge' && Value.Check(BridgeDetails, details) ? details.streams : {} }
    } catch (error) {
      away.set(service, 'failed', `${service} does not answer: ${reasonOf(error)}`)
      return { parts: away.reports.filter((part) => part.name === service).map((part) => ({ service, ...part })), intake: {} }
    }
  }
  return {
    own,
    async all() {
      const others = await Promise.all(Object.entries(o.addresses).map(([service, address]) => ask(service, address)))
      const { parts } = await own()
      return {
        parts: [...others.flatMap((other) => other.parts), ...parts.map((part) => ({ service: 'query', ...part }))],
        intake: Object.assign({}, ...others.map((other) => other.intake)) as Record<string, unknown>,
      }
    },
  }
}
