import { type Stream, threshold } from '@commonstream/schemas'
import Type from 'typebox'
import { utc } from './local-time.ts'
import type { Question } from './question.ts'

export const AlertParameters = Type.Object(
  {
    state: Type.Optional(Type.Enum(['firing', 'resolved'], { description: 'Both without it.' })),
    stream: Type.Optional(Type.String({ description: 'Name of a stream; all without it.', maxLength: 100 })),
    limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Alerts, newest first.' }),
  },
  { additionalProperties: false },
)

/** An alert from its firing to its resolution; instants in epoch ms. */
export interface Alert {
  readonly id: string
  readonly stream: string
  readonly rule: string
  readonly subject: string
  readonly severity: string
  readonly title: string
  readonly firing: number
  readonly resolved: number | null
  readonly internal: boolean
  /** What the rule saw at the newest transition, in declared units. */
  readonly values: Readonly<Record<string, number | null>>
  readonly acknowledged: { readonly at: number; readonly by: string; readonly note: string } | null
}

/** Which alerts: of these streams, in a state, with those on exact values of protected streams or without. */
export interface AlertFilter {
  readonly streams: readonly string[]
  readonly state: 'firing' | 'resolved' | null
  readonly internal: boolean
  readonly id: string | null
  readonly limit: number
}

/** The alerts of a filter, newest first. */
export function alertsQuestion({ streams, state, internal, id, limit }: AlertFilter): Question<Alert> {
  const having = state === null ? '' : `HAVING resolved_at ${state === 'firing' ? '=' : '>'} 0`
  return {
    name: 'alerts',
    sql: `SELECT toString(alert.incident), stream, rule, subject, severity, title, firing_at, resolved_at, is_internal, seen, acknowledged_at, acknowledged_by, acknowledged_note
FROM (
  SELECT incident, any(a.stream) AS stream, any(a.rule) AS rule, any(a.subject) AS subject, any(a.severity) AS severity, any(a.title) AS title,
    toUnixTimestamp64Milli(minIf(a.at, a.transition = 'firing')) AS firing_at, toUnixTimestamp64Milli(maxIf(a.at, a.transition = 'resolved')) AS resolved_at,
    max(a.internal) AS is_internal, argMax(a.\`values\`, a.transition) AS seen
  FROM alerts AS a
  WHERE a.stream IN {streams:Array(String)}${internal ? '' : ' AND NOT a.internal'}${id === null ? '' : ' AND a.incident = {id:UUID}'}
  GROUP BY incident ${having}
) AS alert
LEFT JOIN (
  SELECT incident, toUnixTimestamp64Milli(max(at)) AS acknowledged_at, argMax(by, at) AS acknowledged_by, argMax(note, at) AS acknowledged_note
  FROM acknowledgements GROUP BY incident
) AS acknowledgement ON acknowledgement.incident = alert.incident
ORDER BY firing_at DESC, stream, subject, rule LIMIT {limit:UInt32}`,
    params: { streams: [...streams], limit, ...(id === null ? {} : { id }) },
    read: readAlert,
  }
}

type Row = [
  id: string,
  stream: string,
  rule: string,
  subject: string,
  severity: string,
  title: string,
  firing: number,
  resolved: number,
  internal: boolean,
  values: string,
  at: number,
  by: string,
  note: string,
]

function readAlert(row: readonly unknown[]): Alert {
  const [id, stream, rule, subject, severity, title, firing, resolved, internal, values, at, by, note] = row as Row
  const acknowledged = at > 0 ? { at, by, note } : null
  return {
    id,
    stream,
    rule,
    subject,
    severity,
    title,
    firing,
    resolved: resolved > 0 ? resolved : null,
    internal,
    values: JSON.parse(values) as Record<string, number | null>,
    acknowledged,
  }
}

/**
 * An alert for readers. The public sees neither who acknowledged it nor, of a protected stream, a released value under
 * the threshold of a single release.
 */
export function alertRow(alert: Alert, stream: Stream, isPublic: boolean): Record<string, unknown> {
  const { acknowledged, firing, resolved, values, ...rest } = alert
  const policy = isPublic ? stream.disclosure : null
  return {
    ...rest,
    state: resolved === null ? 'firing' : 'resolved',
    since: utc(firing),
    until: resolved === null ? null : utc(resolved),
    values:
      policy === null
        ? values
        : Object.fromEntries(Object.entries(values).map(([name, y]) => [name, y !== null && y >= threshold(policy, 1) ? y : null])),
    acknowledged:
      acknowledged === null
        ? null
        : { at: utc(acknowledged.at), ...(isPublic ? { by: null, note: null } : { by: acknowledged.by, note: acknowledged.note }) },
  }
}
