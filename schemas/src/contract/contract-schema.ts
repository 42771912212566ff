import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }
const text = (description: string) => Type.String({ minLength: 1, description })
const duration = (description: string) =>
  Type.String({ pattern: '^P(\\d|T\\d)[0-9YWDTHMS.]*$', description: `${description} (ISO 8601 duration, such as PT15M or P30D)` })
const date = (description: string) => Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: `${description} (YYYY-MM-DD)` })
const fraction = (description: string) =>
  Type.String({ pattern: '^[1-9]\\d{0,5}(/[1-9]\\d{0,5})?$', description: `${description}, a fraction in quotes such as "1/2"` })

const assessment = Type.Object(
  {
    reference: text('Where the privacy assessment is filed'),
    approved: date('Day of the approval'),
    by: text('Who approved it'),
    review: date('Last day of the approval: from the day after the stream is refused unless it was reviewed'),
    withdrawn: Type.Optional(
      Type.Object(
        { on: date('Day from which the stream is refused'), by: text('Who took the approval back'), reason: text('Why') },
        { ...closed, description: 'The approval was taken back; the stream stays in the catalogue' },
      ),
    ),
  },
  closed,
)

/** A name, or several of which a payload has one. */
const names = (description: string) =>
  Type.Union([text(description), Type.Array(text('One of its names'), { minItems: 1 })], { description })

const payload = Type.Object(
  {
    device: Type.Optional(text('Kind of LoRaWAN device of all sensors, where the register does not name one each (codec: lorawan)')),
    sensor: Type.Optional(names("The payload's name of the sensor, or several of which it has one (csv, geojson, records)")),
    at: Type.Optional(names("The payload's name of the time, or several of which it has one (csv, geojson, records)")),
    seen: Type.Optional(text('Of a row that says since when its values hold: the name of the time at which they were last confirmed')),
    separator: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1, description: 'What stands between the cells of CSV; a comma if absent' }),
    ),
    columns: Type.Optional(Type.Array(text('A column'), { minItems: 1, description: 'Columns of CSV that comes without a header' })),
    fields: Type.Optional(
      Type.Record(Type.String(), names("The payload's name"), {
        description: "Property: the payload's name of it, or several of which a payload has one",
      }),
    ),
    values: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])), {
        description: "Property: the payload's value: the property's value",
      }),
    ),
    missing: Type.Optional(Type.Array(Type.String(), { description: 'Texts that stand for no value' })),
  },
  { ...closed, description: 'What the payload calls things, where it is not as the stream does' },
)

const http = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://',
      maxLength: 2_048,
      description: 'Where the feed is; {CITY_SECRET_…} in its query is filled in from the environment of the bridge',
    }),
    every: duration('How often it is asked'),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 1_024 }), { description: 'Headers of the request; {CITY_SECRET_…} as in url' }),
    ),
    timeout: Type.Optional(duration('How long an answer may take; PT30S if absent')),
    bytes: Type.Optional(Type.Integer({ minimum: 1_024, maximum: 16_777_216, description: 'Longest answer, unpacked; 16 MB if absent' })),
  },
  { ...closed, description: 'A feed that the bridge polls, beside what comes over MQTT' },
)

const source = Type.Object(
  {
    mqtt: Type.String({
      minLength: 1,
      pattern: '^[^+#{}]*(\\{sensor\\}[^+#{}]*)?$',
      description: 'MQTT topic with {sensor} as one of its levels; without it payloads name their sensors',
    }),
    http: Type.Optional(http),
    codec: text('json, lorawan or the name of a decoder'),
    sensors: Type.Enum(['registered', 'open'], { description: 'registered: only sensors of sensors.geojson' }),
    every: duration('Expected reporting interval'),
    silence: Type.Enum(['zero', 'unknown'], { description: 'What a sensor that says nothing means' }),
    payload: Type.Optional(payload),
  },
  closed,
)

const disclosure = Type.Object(
  {
    none: Type.Optional(text('Why the figures need no protection')),
    policy: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: 'Number of the policy; a changed policy takes a new one' }),
    ),
    from: Type.Optional(Type.String({ description: 'RFC 3339 instant from which the policy holds' })),
    epsilon: Type.Optional(fraction('ε of one passage')),
    group: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'Figures below about this many are not shown' })),
    beta: Type.Optional(fraction('Chance that a figure below the group is shown')),
  },
  closed,
)

const alert = Type.Object(
  {
    rule: Type.String({ pattern: '^[a-z][a-z0-9-]{0,47}$', description: 'Name of the rule' }),
    version: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'Goes up when the meaning changes; 1 if absent' })),
    on: Type.Enum(['reading', 'window']),
    when: text('CEL: the alert fires'),
    clear: text('CEL: the alert resolves'),
    for: Type.Optional(duration('How long `when` must hold')),
    severity: Type.Enum(['info', 'warning', 'critical']),
    title: text('What crews read'),
  },
  closed,
)

/** A contract as it is written (`contract.yaml`): the one description of its shape, for the loader and for editors. */
export const contractSchema = Type.Object(
  {
    stream: Type.String({ pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 48, description: "The folder's name" }),
    title: text('Name for people'),
    description: text('What is measured and how'),
    steward: Type.Object(
      {
        organisation: text('Who answers for it'),
        unit: text('Department'),
        contact: Type.String({ pattern: '^(mailto:|https?://).+', description: 'mailto: or https: address' }),
      },
      closed,
    ),
    purpose: text('What the city collects it for'),
    legalBasis: text('On what ground'),
    assessment: Type.Optional(assessment),
    personalData: Type.Enum(['none', 'pseudonymous']),
    access: Type.Object(
      {
        level: Type.Enum(['public', 'restricted', 'closed']),
        licence: Type.Optional(text('SPDX name or URL')),
        grounds: Type.Optional(text('Why it is not public')),
      },
      closed,
    ),
    source,
    partitions: Type.Integer({ minimum: 1, maximum: 256 }),
    time: Type.Object(
      {
        zone: text('IANA time zone'),
        ahead: duration('How far past the clock a time may be before it is clamped'),
        behind: duration('How old an event may be'),
        lateness: duration('How long a window waits'),
        catchUp: duration('How long sensors have to deliver what they held back'),
      },
      closed,
    ),
    windows: Type.Object(
      {
        size: duration('Base window, at most PT1H'),
        properties: Type.Record(
          Type.String(),
          Type.Array(Type.Enum(['sum', 'min', 'max', 'mean', 'last', 'duration', 'arrivals']), { minItems: 1 }),
        ),
      },
      closed,
    ),
    retention: Type.Object(
      {
        topic: duration('Events in Kafka'),
        readings: duration('Single readings; PT0S keeps none'),
        partials: duration('Unpublished figures'),
        windows: duration('Published figures'),
      },
      closed,
    ),
    disclosure,
    publish: Type.Optional(
      Type.Object(
        {
          time: Type.Optional(duration('Coarseness of published times, and how often what is published changes')),
          history: Type.Optional(Type.Enum(['sensor', 'zone'], { description: 'zone: of the past only figures over groups of sensors' })),
          group: Type.Optional(
            Type.Integer({ minimum: 2, maximum: 1_000, description: 'Sensors that a published group has at least; 10 if absent' }),
          ),
        },
        closed,
      ),
    ),
    alerts: Type.Optional(Type.Array(alert)),
  },
  { ...closed, title: 'Contract of a stream' },
)

export type Contract = Static<typeof contractSchema>

/** What a contract says of its payloads' names (`source.payload`). */
export type PayloadNames = Static<typeof payload>
