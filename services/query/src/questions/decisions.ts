import type { Decision, Stream } from '@commonstream/schemas'
import { localTime, utc } from './local-time.ts'
import type { Question } from './question.ts'

/** A decision as it was recorded. */
export interface RecordedDecision extends Decision {
  readonly number: number
  /** Epoch ms. */
  readonly recorded: number
  readonly digest: string
}

/** What readers see: what was decided, and the days on which an approval ran out. */
export interface DecisionRow extends Omit<Decision, 'decision' | 'by'> {
  readonly decision: Decision['decision'] | 'expired'
  /** Null for what nobody decided. */
  readonly by: string | null
  readonly number: number | null
  readonly recorded: string | null
  readonly digest: string | null
  /** Whether the contract's own history says the same: false where a recorded decision was taken out of it. */
  readonly in_contract: boolean
}

/** The recorded decisions about a stream, the oldest first; of equal records the one that was written first. */
export function decisionsQuestion(stream: Stream): Question<RecordedDecision> {
  return {
    name: 'decisions',
    sql: `SELECT number, decision, toString(decided), by, reference, toString(review), reason, min(toUnixTimestamp64Milli(recorded)), digest
FROM decisions WHERE stream = {stream:String}
GROUP BY number, decision, decided, by, reference, review, reason, digest
ORDER BY number, digest`,
    params: { stream: stream.name },
    read: ([number, decision, on, by, reference, review, reason, recorded, digest]) => ({
      ...{ number: number as number, decision: decision as Decision['decision'], on: on as string, by: by as string },
      ...{ reference: reference as string | null, review: review as string | null, reason: reason as string | null },
      ...{ recorded: recorded as number, digest: digest as string },
    }),
  }
}

/**
 * All that happened to a stream's approval by `now` (epoch ms), the oldest first: the recorded decisions, those that the
 * contract has and nobody recorded yet, and the days from which the stream was not ingested because a review was missed.
 */
export function decisionRows(
  stream: Pick<Stream, 'decisions' | 'time'>,
  recorded: readonly RecordedDecision[],
  now: number,
): DecisionRow[] {
  const rows = recorded.map(({ recorded: at, ...decision }): DecisionRow => {
    return { ...decision, recorded: utc(at), in_contract: isSame(stream.decisions[decision.number - 1], decision) }
  })
  const last = recorded.at(-1)?.number ?? 0
  const waiting = stream.decisions.slice(last).map((decision, i): DecisionRow => {
    return { ...decision, number: last + i + 1, recorded: null, digest: null, in_contract: true }
  })
  return withExpiries([...rows, ...waiting], localTime(now, stream.time.zone).date)
}

function isSame(a: Decision | undefined, b: Decision): boolean {
  return a !== undefined && (['decision', 'on', 'by', 'reference', 'review', 'reason'] as const).every((key) => a[key] === b[key])
}

/** Nobody decides that an approval runs out: it follows from the days. */
function withExpiries(rows: readonly DecisionRow[], today: string): DecisionRow[] {
  let review: string | null = null
  const all: DecisionRow[] = []
  const expire = (before: string) => {
    const on = review === null ? null : Temporal.PlainDate.from(review).add({ days: 1 }).toString()
    if (on !== null && on <= before) all.push(expired(on))
  }
  for (const row of rows) {
    expire(row.on)
    all.push(row)
    review = row.decision === 'withdrawn' ? null : (row.review ?? review)
  }
  expire(today)
  return all
}

function expired(on: string): DecisionRow {
  const none = { by: null, number: null, reference: null, review: null, recorded: null, digest: null }
  return { ...none, decision: 'expired', on, reason: 'the review was not done by its day; nothing was taken in', in_contract: true }
}
