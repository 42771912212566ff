import { keepsPoints } from '@commonstream/schemas'
import { INTERNAL_MS } from '../access/rights.ts'
import {
  type SensorFigures,
  type Span,
  heardQuestion,
  importedQuestion,
  partialsQuestion,
  releasesQuestion,
  windowsQuestion,
} from '../questions/aggregates/figures-question.ts'
import { groupsOf } from '../questions/aggregates/groups.ts'
import { type Page, type RowPlace, pageOf } from '../questions/aggregates/page.ts'
import { type AggregateRequest, sourceOf } from '../questions/aggregates/request.ts'
import { type AggregateRow, rowsOf } from '../questions/aggregates/rows.ts'
import { spansOf } from '../questions/aggregates/spans.ts'
import { type FoldedSince, foldedSince } from '../questions/folded-since.ts'
import type { Gap } from '../questions/gaps.ts'
import type { StreamVersion } from '../store/stream-version.ts'
import type { Context } from './context.ts'
import { readPoints } from './read-points.ts'

/** Rows that one question may bring from the store: sensors × steps. */
const MOST_FIGURES = 250_000
/** Rows of an answer that are made at once. */
const MOST_ROWS = 20_000

type Reader = Pick<Context, 'store' | 'gaps' | 'documents' | 'imported'>

/** Some rows of an answer in order, and the place of the last one if others follow. */
export interface Batch {
  readonly rows: readonly AggregateRow[]
  readonly next: RowPlace | null
}

/**
 * The rows of a request after a place, at most `limit` (null: all), in batches whose cost is bounded.
 * @throws Problem as `Store.ask`
 */
export async function* readAggregates(
  context: Reader,
  request: AggregateRequest,
  version: StreamVersion,
  o: { now: number; after: RowPlace | null; limit: number | null },
): AsyncGenerator<Batch> {
  const groups = groupsOf(request)
  const perBatch = Math.min(MOST_ROWS, groups.length * Math.max(1, Math.floor(MOST_FIGURES / request.sensors.length)))
  let left = o.limit ?? Number.POSITIVE_INFINITY
  for (let after = o.after; left > 0; ) {
    const page = pageOf(request, groups, after, Math.min(left, perBatch))
    yield { rows: await readPage(context, request, page, version, o.now), next: page.next }
    if (page.next === null) return
    left -= page.cells.length
    after = page.next
  }
}

async function readPage(
  context: Reader,
  request: AggregateRequest,
  page: Page,
  version: StreamVersion,
  now: number,
): Promise<AggregateRow[]> {
  if (request.properties.some(keepsPoints)) return readPoints(context, request, page, version, now)
  const internalFrom = now - INTERNAL_MS
  const spans = spansOf(request, page.steps, { now, watermark: version.watermark, internalFrom })
  const asked: Promise<SensorFigures[]>[] = []
  if (spans.releases !== null) asked.push(context.store.ask(releasesQuestion(spans.releases)))
  if (spans.windows !== null) asked.push(context.store.ask(windowsQuestion(spans.windows)))
  if (spans.partials !== null) asked.push(context.store.ask(partialsQuestion(spans.partials)))
  if (spans.imported !== null) asked.push(readImported(context, spans.imported))
  for (const { table, span } of spans.heard) asked.push(context.store.ask(heardQuestion(table, span)))
  const known = Promise.all([readSince(context, request), readGaps(context, request, version, internalFrom)])
  const [[since, gaps], ...found] = await Promise.all([known, ...asked])
  // What was not measured yet is as a gap to whoever asks for it.
  const unmeasured = since.counted > 0 ? [{ sensor: null, start: 0, end: since.counted }] : []
  const summedFrom = since.summed > since.counted ? since.summed : 0
  return rowsOf(request, page.cells, found.flat(), { watermark: version.watermark, gaps: [...gaps, ...unmeasured], summedFrom, now })
}

/**
 * Imported windows of few sensors. Nearly always there are none, and asking each time would cost the store more than the
 * answer: windows are sorted by time, not by sensor.
 */
async function readImported(context: Reader, span: Span): Promise<SensorFigures[]> {
  const imported = await context.imported.read(span.stream.name)
  if (imported === null || imported.to <= span.from || imported.from >= span.to) return []
  return context.store.ask(importedQuestion(span))
}

/** Releases say themselves what they hold. */
async function readSince(context: Reader, request: AggregateRequest): Promise<FoldedSince> {
  const documents = sourceOf(request) === 'releases' ? [] : ((await context.documents.read(request.stream.name)) ?? [])
  return foldedSince(documents, request.properties)
}

/** Of releases nothing needs to be known but themselves; what roles may no longer see is as a gap to them. */
async function readGaps(context: Reader, request: AggregateRequest, version: StreamVersion, internalFrom: number): Promise<readonly Gap[]> {
  if (sourceOf(request) === 'releases') return []
  const gaps = await context.gaps.read(request.stream, version)
  return request.stream.disclosure === null ? gaps : [...gaps, { sensor: null, start: 0, end: internalFrom }]
}
