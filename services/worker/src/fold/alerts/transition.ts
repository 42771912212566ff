import type { AlertState, Place, Transition } from './types.ts'
import { uuid5 } from './uuid5.ts'

/** The namespace of alert ids; a constant of the project. */
const NAMESPACE = '7b372ec1-764a-407a-86ca-baf69e92de79'

export interface Announcement {
  readonly stream: string
  readonly rule: string
  readonly subject: string
  readonly state: AlertState
  readonly transition: 'firing' | 'resolved'
  readonly at: number
  readonly values: Record<string, number | null>
  readonly place: Place
  readonly internal: boolean
}

/**
 * The record of a transition. Its id is a function of stream, rule, version, subject, opening and transition, so the
 * same log gives the same id however often it is folded; the incident's id leaves the transition out. The stream
 * belongs to it because two streams may have a rule and a sensor of one name. A flapping alert says so in its title.
 */
export function transitionRecord({ stream, rule, subject, state, transition, at, values, place, internal }: Announcement): Transition {
  const identity = [stream, rule, state.version, subject, state.opening]
  return {
    internal,
    alertId: uuid5(NAMESPACE, JSON.stringify([...identity, transition])),
    incident: uuid5(NAMESPACE, JSON.stringify(identity)),
    stream,
    rule,
    ruleVersion: state.version,
    subject,
    transition,
    severity: state.severity,
    title: state.flapping ? `${state.title} (flapping)` : state.title,
    at,
    values,
    partition: place.partition,
    offset: place.offset,
  }
}
