/** One message to be sent. */
export interface Send {
  readonly stream: string
  /** Who sends it: the sensor's gateway, or the sensor itself. */
  readonly device: string
  readonly topic: string
  /** The copy of a message has the same bytes, so that the bridge gives both one event id. */
  readonly payload: string
  /** The city's time at which it is sent, epoch ms. */
  readonly due: number
  /** Index of its row among those given to the plan. */
  readonly row: number
  /** Whether this is the second time the message is sent on purpose. */
  readonly copy: boolean
}

/** What a plan does with one stream. */
export interface StreamPlan {
  readonly stream: string
  readonly rows: number
  readonly sends: number
  /** Rows that lie after the clock's end and are never sent. */
  readonly leftOut: number
}

/** Messages in the order in which they are due. */
export interface Plan {
  readonly streams: readonly StreamPlan[]
  readonly sends: readonly Send[]
}

/** Several streams' plans as one, in the order in which messages are due. */
export function mergePlans(plans: readonly Plan[]): Plan {
  return { streams: plans.flatMap((plan) => plan.streams), sends: plans.flatMap((plan) => plan.sends).toSorted((a, b) => a.due - b.due) }
}
