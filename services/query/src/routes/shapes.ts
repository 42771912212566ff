import type { Property } from '@commonstream/schemas'
import Type, { type TSchema } from 'typebox'

/** A value or null, as one JSON Schema type: cheaper to write than a union. */
export function nullable(type: 'string' | 'number' | 'integer' | 'boolean', description?: string): TSchema {
  return Type.Unsafe<unknown>({ type: [type, 'null'], ...(description === undefined ? {} : { description }) })
}

/** Numbers by label or code of a state, or null. */
function byState(description: string): TSchema {
  return Type.Unsafe<unknown>({ type: ['object', 'null'], additionalProperties: { type: 'number' }, description })
}

const STATUS = Type.Unsafe<string>({ type: 'string', enum: ['ok', 'partial', 'no_data', 'suppressed'] })

export const ApprovalAnswer = Type.Object(
  {
    state: Type.Enum(['approved', 'review_due', 'missing', 'not_yet', 'expired', 'withdrawn']),
    ingested: Type.Boolean({ description: 'Whether messages are taken in; else they are refused and acknowledged.' }),
    from: nullable('string', 'When the approval begins.'),
    until: nullable('string', 'When it ends or ended.'),
    reason: nullable('string', 'Why nothing is taken in, or what is due within 60 days.'),
  },
  { description: 'How the stream stands by its privacy assessment.' },
)

export const StreamAddress = Type.Object({ stream: Type.String({ description: 'Name of a stream.' }) })

/** RFC 9457. */
export const ProblemAnswer = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ parameter: Type.String(), detail: Type.String() }))),
  },
  { description: 'What is wrong (RFC 9457); `errors` names every parameter at fault.' },
)

/** Refusals that any route may answer with. */
export const PROBLEMS = Object.fromEntries(
  ['4xx', '5xx'].map((status) => [
    status,
    { description: 'A problem.', content: { 'application/problem+json': { schema: ProblemAnswer } } },
  ]),
)

const AGGREGATE_ROW = {
  sensor: nullable('string', 'Null where rows are about more than one.'),
  zone: nullable('string'),
  from: Type.String({ description: 'UTC.' }),
  to: Type.String({ description: 'UTC; not included.' }),
  count: nullable('integer', 'Readings; null in releases.'),
  sum: nullable('number'),
  min: nullable('number'),
  max: nullable('number'),
  mean: nullable('number'),
  last: Type.Unsafe<unknown>({ type: ['number', 'string', 'null'], description: 'Only by=sensor; of a state its label or code.' }),
  resets: Type.Optional(nullable('integer', 'Of a counter: how often it began anew.')),
  duration: Type.Optional(byState('Of a state: seconds in each, by label or code; what is missing to the whole step is not known.')),
  arrivals: Type.Optional(byState('Of a state: transitions into each; the same state again is none.')),
  expected: Type.Integer({ description: 'Registered sensors in service.' }),
  reporting: nullable('integer', 'Those heard lately; null in protected streams.'),
  noise_sd: nullable('number', 'Standard deviation of the noise in the figures of a protected stream.'),
  status: STATUS,
  local_date: Type.String({ description: 'Of `from`, in `tz`.' }),
  local_hour: Type.Integer(),
  utc_offset: Type.String(),
}

const OF_KIND: Readonly<Record<string, readonly string[]>> = { counter: ['resets'], state: ['duration', 'arrivals'] }

/** The columns of CSV about a property: a row's keys in order. What is by state is JSON. */
export function aggregateColumns({ kind }: Pick<Property, 'kind'>): string[] {
  const others = new Set(Object.values(OF_KIND).flat())
  for (const own of OF_KIND[kind] ?? []) others.delete(own)
  return Object.keys(AGGREGATE_ROW).filter((key) => !others.has(key))
}

export const AggregatesAnswer = Type.Object({
  stream: Type.String(),
  property: Type.String(),
  every: Type.String(),
  tz: Type.String(),
  rows: Type.Array(Type.Object(AGGREGATE_ROW)),
  next: nullable('string', 'Cursor of the next page.'),
})

const VALUES = Type.Unsafe<unknown>({
  type: 'object',
  additionalProperties: { type: ['number', 'string', 'null'] },
  description: 'By property, in declared units.',
})

const NEWEST = {
  at: nullable('string', 'Of an event.'),
  from: nullable('string', 'Of a window (protected streams).'),
  to: nullable('string'),
  values: VALUES,
  noise_sd: nullable('number'),
}

export const LatestAnswer = Type.Object({
  stream: Type.String(),
  rows: Type.Array(
    Type.Object({ sensor: Type.String(), zone: nullable('string'), ...NEWEST, reporting: nullable('boolean'), status: STATUS }),
  ),
})

export const SensorsAnswer = Type.Object({
  type: Type.Literal('FeatureCollection'),
  stream: Type.String(),
  features: Type.Array(
    Type.Object({
      type: Type.Literal('Feature'),
      id: Type.String(),
      geometry: Type.Unsafe<unknown>({
        type: ['object', 'null'],
        properties: { type: { type: 'string' }, coordinates: { type: 'array', items: { type: 'number' } } },
      }),
      properties: Type.Object({
        name: Type.String(),
        zone: nullable('string'),
        place: Type.String({ description: 'exact, coarse (about a kilometre) or none.' }),
        every: Type.String({ description: 'How often it is expected to report.' }),
        details: Type.Optional(
          Type.Unsafe<unknown>({
            type: 'object',
            additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
            description: "What is particular to the stream's sensors: a bay's time limit, a station's capacity.",
          }),
        ),
        installed: nullable('string'),
        removed: nullable('string'),
        in_service: Type.Boolean(),
        status: STATUS,
        reporting: nullable('boolean', 'Heard as lately as expected; null in protected streams.'),
        latest: Type.Object(NEWEST),
      }),
    }),
  ),
})

export const AlertsAnswer = Type.Object({
  alerts: Type.Array(
    Type.Object({
      id: Type.String(),
      stream: Type.String(),
      rule: Type.String(),
      subject: Type.String({ description: 'The sensor.' }),
      severity: Type.String(),
      title: Type.String(),
      state: Type.Enum(['firing', 'resolved']),
      since: Type.String(),
      until: nullable('string'),
      internal: Type.Boolean({ description: 'Judged by exact values of a protected stream.' }),
      values: Type.Unsafe<unknown>({
        type: 'object',
        additionalProperties: { type: ['number', 'null'] },
        description: 'What the rule saw last.',
      }),
      acknowledged: Type.Unsafe<unknown>({
        type: ['object', 'null'],
        properties: { at: { type: 'string' }, by: { type: ['string', 'null'] }, note: { type: ['string', 'null'] } },
      }),
    }),
  ),
})
