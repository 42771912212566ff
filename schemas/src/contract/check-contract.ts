import { keepsPoints } from '../derive/keeps-points.ts'
import { isDate } from './is-date.ts'
import { checkPublish } from './read-publish.ts'
import type { SourceFile } from './source-file.ts'
import type { Aggregate, Property, PropertyKind, Stream } from './stream.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The store counts seconds since 1970 in 32 bits. */
const LONGEST_RETENTION_MS = 50 * 365.25 * DAY

/** Duplicates are known by the last 24 h of append time; the topic keeps three times that (protocol section 6). */
const DUPLICATE_HORIZON_MS = DAY

/** The rules of a contract that its shape does not say; each fault is reported with its line. */
export function checkContract(stream: Stream, source: SourceFile): void {
  checkTimes(stream, source)
  checkAccess(stream, source)
  checkAssessment(stream, source)
  checkSource(stream, source)
  for (const property of stream.properties) checkAggregates(property, source)
  checkPoints(stream, source)
  if (stream.disclosure !== null) checkProtected(stream, source)
  const { publish, sensors, window, disclosure } = stream
  const registered = stream.source.sensors === 'registered'
  checkPublish({ publish, sensors, registered, sizeMs: window.sizeMs, isProtected: disclosure !== null }, source)
}

function checkTimes({ window, time, retention, source: { everyMs } }: Stream, source: SourceFile): void {
  const { sizeMs } = window
  if (sizeMs > HOUR || sizeMs < 1_000 || HOUR % sizeMs !== 0)
    source.fault(['windows', 'size'], 'the base window must divide an hour (PT1M, PT5M, PT15M, PT1H …); longer ones are made of it')
  if (!isZone(time.zone)) source.fault(['time', 'zone'], `"${time.zone}" is no IANA time zone`)
  if (everyMs <= 0) source.fault(['source', 'every'], 'must be longer than nothing')
  if (time.aheadMs > DAY) source.fault(['time', 'ahead'], 'must be at most P1D')
  if (time.behindMs < time.latenessMs) source.fault(['time', 'behind'], 'must be at least the lateness')
  for (const [key, ms] of Object.entries(retention)) {
    if (ms > LONGEST_RETENTION_MS) source.fault(['retention', key.replace(/Ms$/, '')], 'must be at most P50Y')
  }
  if (retention.topicMs < 3 * DUPLICATE_HORIZON_MS)
    source.fault(['retention', 'topic'], 'must be at least P3D: three times the 24 hours in which duplicates are known')
  if (retention.partialsMs < sizeMs + time.latenessMs + 2 * HOUR)
    source.fault(['retention', 'partials'], 'must outlast a window, its lateness and two hours')
  if (retention.windowsMs < sizeMs + time.latenessMs) source.fault(['retention', 'windows'], 'must outlast a window and its lateness')
}

function checkAccess({ access }: Stream, source: SourceFile): void {
  if (access.level === 'public' || access.grounds !== null) return
  source.fault(['access'], `a ${access.level} stream states its "grounds"; it stays in the catalogue`)
}

function checkAssessment({ assessment }: Stream, source: SourceFile): void {
  if (assessment === null) return
  const { approved, review, withdrawn } = assessment
  const days: [string, string[]][] = [
    [approved, ['approved']],
    [review, ['review']],
    ...(withdrawn === undefined ? [] : [[withdrawn.on, ['withdrawn', 'on']] as [string, string[]]]),
  ]
  for (const [day, path] of days) {
    if (!isDate(day)) source.fault(['assessment', ...path], `"${day}" is no day of the calendar`)
  }
  if (review <= approved) source.fault(['assessment', 'review'], 'must be later than the approval')
  if (withdrawn !== undefined && withdrawn.on < approved)
    source.fault(['assessment', 'withdrawn', 'on'], 'must not be before the approval that it takes back')
}

function checkSource({ source: { mqtt, sensors, silence } }: Stream, source: SourceFile): void {
  const levels = mqtt.split('/')
  const places = mqtt.split('{sensor}').length - 1
  if (places > 1 || levels.filter((level) => level === '{sensor}').length !== places || levels.includes('')) {
    source.fault(['source', 'mqtt'], 'may have {sensor} as one whole level (without it payloads name their sensors), and no empty level')
  }
  if (silence === 'zero' && sensors !== 'registered')
    source.fault(['source', 'sensors'], 'must be registered where silence means zero: nobody can count the sensors that were never named')
}

/** What can be said of each kind over a span of time. */
const AGGREGATES: Readonly<Record<PropertyKind, readonly Aggregate[]>> = {
  count: ['sum', 'min', 'max', 'mean', 'last'],
  gauge: ['mean', 'min', 'max', 'last'],
  counter: ['sum', 'last'],
  state: ['duration', 'arrivals', 'last'],
}

function checkAggregates({ name, kind, aggregates }: Property, source: SourceFile): void {
  const path = ['windows', 'properties', name]
  const wrong = aggregates.filter((a) => !AGGREGATES[kind].includes(a))
  if (wrong.length > 0)
    source.fault(path, `"${name}" is a ${kind}; its ${wrong.join(', ')} means nothing; take ${listed(AGGREGATES[kind])}`)
  if (new Set(aggregates).size < aggregates.length) source.fault(path, 'names an aggregate twice')
}

/** A late point changes windows by what stands around it: that must not have expired while late points are let in. */
function checkPoints({ properties, retention, time }: Stream, source: SourceFile): void {
  const property = properties.find(keepsPoints)
  if (property !== undefined && retention.partialsMs < time.behindMs)
    source.fault(['retention', 'partials'], `must be at least time.behind: late points of the ${property.kind} "${property.name}" need it`)
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function checkProtected(stream: Stream, source: SourceFile): void {
  const types = new Map((stream.avro as { fields: readonly { name: string; type: unknown }[] }).fields.map((f) => [f.name, f.type]))
  for (const { name, kind, aggregates, resolution } of stream.properties) {
    // The noise hides one passage: it must be one unit of the integers that the noise is added to.
    if (resolution !== '1') source.fault(['disclosure'], `"${name}" has resolution ${resolution}; counts of a protected stream have "1"`)
    if ([types.get(name)].flat().includes('double'))
      source.fault(['disclosure'], `"${name}" is a double; a protected stream counts in whole numbers`)
    const summed = kind === 'count' && aggregates.length === 1 && aggregates[0] === 'sum'
    if (!summed)
      source.fault(
        ['windows', 'properties', name],
        `"${name}": a protected stream has only properties of kind count, aggregated by [sum]; move others to a stream of their own`,
      )
  }
  if (stream.source.sensors !== 'registered') source.fault(['source', 'sensors'], 'must be registered in a protected stream')
  if (stream.source.silence !== 'zero')
    source.fault(['source', 'silence'], 'must be zero in a protected stream: empty windows are released too')
  for (const key of ['readings', 'partials'] as const) {
    if (stream.retention[`${key}Ms`] > 2 * DAY) source.fault(['retention', key], 'must be at most P2D in a protected stream')
  }
}

/** Whether a text is a time zone of the IANA database. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
