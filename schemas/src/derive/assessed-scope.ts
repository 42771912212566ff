import type { Publish, Stream } from '../contract/stream.ts'

/** What an approval covers of a stream: what is collected, for what, how long it is kept, and who sees it. */
export interface AssessedScope {
  readonly purpose: string
  readonly legalBasis: string
  readonly personalData: string
  readonly access: string
  readonly sensors: string
  /** Name: resolution. */
  readonly properties: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly retention: Readonly<Record<string, number>>
  /** Null for an unprotected stream. */
  readonly disclosure: { readonly epsilon: readonly [number, number]; readonly group: number } | null
  /** How coarsely exact figures are published; absent where the record is older than that. */
  readonly publish?: Publish | null
}

const ACCESS = ['closed', 'restricted', 'public']

/** What somebody approves who approves this stream now. */
export function assessedScopeOf(stream: Stream): AssessedScope {
  const { topicMs, readingsMs, partialsMs, windowsMs } = stream.retention
  return {
    purpose: stream.purpose,
    legalBasis: stream.legalBasis,
    personalData: stream.personalData,
    access: stream.access.level,
    sensors: stream.source.sensors,
    properties: Object.fromEntries(stream.properties.map((p) => [p.name, p.resolution])),
    retention: { topic: topicMs, readings: readingsMs, partials: partialsMs, windows: windowsMs },
    disclosure: stream.disclosure && { epsilon: stream.disclosure.epsilon, group: stream.disclosure.group },
    publish: stream.publish,
  }
}

/** In what ways a stream goes beyond what was approved, in words; empty where it stays within it. */
export function beyondScope(approved: AssessedScope, now: AssessedScope): string[] {
  const beyond: string[] = []
  const note = (is: boolean, what: string) => is && beyond.push(what)
  for (const key of ['purpose', 'legalBasis'] as const) note(approved[key] !== now[key], `${key} was "${approved[key]}"`)
  note(approved.personalData === 'none' && now.personalData !== 'none', `personalData becomes ${now.personalData}`)
  note(ACCESS.indexOf(now.access) > ACCESS.indexOf(approved.access), `access was ${approved.access} and becomes ${now.access}`)
  note(approved.sensors === 'registered' && now.sensors === 'open', 'sensors were registered and become open')
  for (const [name, resolution] of Object.entries(now.properties)) {
    const before = approved.properties[name]
    note(before === undefined, `the property ${name} is new`)
    note(before !== undefined && Number(resolution) < Number(before), `${name} is kept more finely: ${resolution}, was ${before}`)
  }
  for (const [what, ms] of Object.entries(now.retention)) note(ms > (approved.retention[what] ?? 0), `retention.${what} is longer`)
  const [was, is] = [approved.disclosure, now.disclosure]
  note(was !== null && is === null, 'it is no longer protected')
  if (was !== null && is !== null) {
    note(is.epsilon[0] * was.epsilon[1] > was.epsilon[0] * is.epsilon[1], 'disclosure.epsilon is larger')
    note(is.group < was.group, 'disclosure.group is smaller')
  }
  const [coarse, finer] = [approved.publish ?? null, now.publish ?? null]
  // A stream that becomes protected publishes less than any coarseness would.
  if (coarse !== null && is === null) {
    note((finer?.timeMs ?? 0) < coarse.timeMs, 'published times become finer')
    note(coarse.history === 'zone' && finer?.history !== 'zone', 'history of single sensors is published')
    note(finer?.history === 'zone' && finer.group < coarse.group, 'publish.group is smaller')
  }
  return beyond
}
