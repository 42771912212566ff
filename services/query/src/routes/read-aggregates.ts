import { INTERNAL_MS } from '../access/rights.ts'
import { type SensorFigures, partialsQuestion, releasesQuestion, windowsQuestion } from '../questions/aggregates/figures-question.ts'
import { groupsOf } from '../questions/aggregates/groups.ts'
import { type Page, type RowPlace, pageOf } from '../questions/aggregates/page.ts'
import { type AggregateRequest, sourceOf } from '../questions/aggregates/request.ts'
import { type AggregateRow, rowsOf } from '../questions/aggregates/rows.ts'
import { spansOf } from '../questions/aggregates/spans.ts'
import { gapsQuestion } from '../questions/gaps.ts'
import type { Step } from '../questions/steps.ts'
import type { Store } from '../store/store.ts'
import type { StreamVersion } from './stream-version.ts'

/** Rows that one question may bring from the store: sensors × steps. */
const MOST_FIGURES = 250_000
/** Rows of an answer that are made at once. */
const MOST_ROWS = 20_000

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
  store: Store,
  request: AggregateRequest,
  version: StreamVersion,
  o: { now: number; after: RowPlace | null; limit: number | null },
): AsyncGenerator<Batch> {
  const groups = groupsOf(request)
  const perBatch = Math.min(MOST_ROWS, groups.length * Math.max(1, Math.floor(MOST_FIGURES / request.sensors.length)))
  let left = o.limit ?? Number.POSITIVE_INFINITY
  for (let after = o.after; left > 0; ) {
    const page = pageOf(request, groups, after, Math.min(left, perBatch))
    yield { rows: await readPage(store, request, page, version, o.now), next: page.next }
    if (page.next === null) return
    left -= page.cells.length
    after = page.next
  }
}

async function readPage(store: Store, request: AggregateRequest, page: Page, version: StreamVersion, now: number): Promise<AggregateRow[]> {
  const internalFrom = now - INTERNAL_MS
  const spans = spansOf(request, page.steps, { now, watermark: version.watermark, internalFrom })
  const asked: Promise<SensorFigures[]>[] = []
  if (spans.releases !== null) asked.push(store.ask(releasesQuestion(spans.releases)))
  if (spans.windows !== null) asked.push(store.ask(windowsQuestion(spans.windows)))
  if (spans.partials !== null) asked.push(store.ask(partialsQuestion(spans.partials)))
  const [gaps, ...found] = await Promise.all([readGaps(store, request, page, internalFrom), ...asked])
  return rowsOf(request, page.cells, found.flat(), { watermark: version.watermark, gaps, now })
}

/** Of releases nothing needs to be known but themselves; what roles may no longer see is as a gap to them. */
async function readGaps(store: Store, request: AggregateRequest, { steps }: Page, internalFrom: number): Promise<Step[]> {
  const [first] = steps
  const last = steps.at(-1)
  if (sourceOf(request) === 'releases' || first === undefined || last === undefined) return []
  const gaps = await store.ask(gapsQuestion(request.stream, { from: first.start, to: last.end }))
  return request.stream.disclosure === null ? gaps : [...gaps, { start: 0, end: internalFrom }]
}
