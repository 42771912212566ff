import type { PropertyKind } from '../contract/stream.ts'

/** What `make stream` is told, and what it finds in the city's folder. */
export interface NewStream {
  readonly name: string
  readonly kind: PropertyKind
  readonly property: string
  /** UCUM. */
  readonly unit: string
  /** ISO 8601 duration. */
  readonly every: string
  readonly zone: string
  readonly publisher: { readonly name: string; readonly contact: string }
  /** An id that no schema of the city has. */
  readonly schemaId: number
  /** YYYY-MM-DD. */
  readonly today: string
}

interface Shape {
  readonly type: unknown
  readonly aggregates: string
  readonly silence: 'zero' | 'unknown'
  readonly retention: string
  readonly example: number | string
  readonly wrong: number | string
  readonly more: object
}

const KEPT = 'topic: P7D, readings: P90D, partials: P90D, windows: P10Y'

/** What is usual for each kind of property. */
const SHAPES: Readonly<Record<PropertyKind, Shape>> = {
  count: {
    ...{ type: 'int', aggregates: 'sum', silence: 'zero', example: 3, wrong: 'three', more: { resolution: '1' } },
    retention: 'topic: P7D, readings: P2D, partials: P2D, windows: P10Y',
  },
  gauge: {
    ...{
      type: 'double',
      aggregates: 'min, max, mean, last',
      silence: 'unknown',
      example: 54.2,
      wrong: 'loud',
      more: { resolution: '0.1' },
    },
    retention: KEPT,
  },
  counter: {
    ...{ type: 'long', aggregates: 'sum, last', silence: 'unknown', example: 120_394, wrong: '120394', more: { resolution: '1' } },
    retention: KEPT,
  },
  state: {
    ...{ aggregates: 'duration, arrivals, last', silence: 'unknown', example: 'free', wrong: 'unheard of', more: {} },
    type: { type: 'enum', name: 'State', symbols: ['free', 'occupied', 'unknown'] },
    retention: KEPT,
  },
}

/** The files of a new stream's folder by their path in it: all that a stream needs but its approval. */
export function streamFiles(o: NewStream): Readonly<Record<string, string>> {
  const shape = SHAPES[o.kind]
  const at = `${o.today}T08:00:00Z`
  const json = (value: unknown) => `${JSON.stringify(value)}\n`
  const ending = { 'refused.no_time.without-offset': { at: at.replace('Z', ''), [o.property]: shape.example } }
  const examples = {
    reading: { at, [o.property]: shape.example },
    'several-at-once': [
      { at, [o.property]: shape.example, seq: 1 },
      { at, [o.property]: shape.example, seq: 2 },
    ],
    'refused.invalid.missing': { at },
    'refused.invalid.other-type': { at, [o.property]: shape.wrong },
    ...ending,
  }
  return {
    'contract.yaml': contractOf(o, shape),
    'event.avsc': `${JSON.stringify(schemaOf(o, shape), null, 2)}\n`,
    'sensors.geojson': `${JSON.stringify(sensorsOf(o), null, 2)}\n`,
    ...Object.fromEntries(Object.entries(examples).map(([name, value]) => [`examples/${name}.json`, json(value)])),
  }
}

/** Names as they stand in a file of this kind, whatever is in them. */
const quoted = (text: string) => JSON.stringify(text)

function contractOf(o: NewStream, shape: Shape): string {
  return `# yaml-language-server: $schema=../../contract.schema.json
stream: ${o.name}
title: ${quoted(titleOf(o.name))}
description: ${quoted(`What ${o.property} is, how it is measured, and what is not.`)}
steward: { organisation: ${quoted(o.publisher.name)}, unit: ${quoted('Who answers for it')}, contact: ${quoted(o.publisher.contact)} }
purpose: ${quoted('What the city collects it for')}
legalBasis: ${quoted('public task')}
# Nothing is taken in before a privacy assessment has approved the stream; then its line stands here (docs/privacy.md):
# assessment: { reference: PIA-…, approved: ${o.today}, by: …, review: … }
personalData: none
access: { level: public }
source:
  mqtt: city/${o.name}/{sensor}
  codec: json
  sensors: registered       # open: also sensors that sensors.geojson does not name
  every: ${o.every}
  silence: ${shape.silence}${' '.repeat(11 - shape.silence.length)}# what a sensor that says nothing means: zero or unknown
partitions: 2
time: { zone: ${o.zone}, ahead: PT5M, behind: P30D, lateness: PT10M, catchUp: PT2M }
windows: { size: PT15M, properties: { ${o.property}: [${shape.aggregates}] } }
retention: { ${shape.retention} }
${disclosureOf(o)}
`
}

/** What counts may count people: it is protected until somebody says why it need not be. */
function disclosureOf({ kind, today }: NewStream): string {
  if (kind !== 'count') return `disclosure: { none: ${quoted('Why no figure of it can be traced to a person.')} }`
  return `# Noise and a threshold, as counts of people need them; of things: { none: "why it is not needed" } (docs/privacy.md)
disclosure: { policy: 1, from: ${today}T00:00:00Z, epsilon: "1/2", group: 10, beta: "1/100" }`
}

function schemaOf(o: NewStream, shape: Shape): object {
  const field = {
    ...{ name: o.property, type: shape.type, kind: o.kind, unit: o.unit, ...shape.more },
    observedProperty: `urn:${o.name}:${o.property}`,
    doc: `What ${o.property} says, in a sentence.`,
  }
  return { type: 'record', name: pascal(o.name), namespace: 'city', schemaId: o.schemaId, doc: `A reading of ${o.name}.`, fields: [field] }
}

function sensorsOf({ name }: NewStream): object {
  const feature = { type: 'Feature', id: `${name}-01`, geometry: null, properties: { name: 'The first sensor', place: 'none' } }
  return { type: 'FeatureCollection', features: [feature] }
}

function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function pascal(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
