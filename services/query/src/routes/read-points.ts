import { hearingMs } from '../questions/aggregates/hearing.ts'
import { heardQuestion } from '../questions/aggregates/figures-question.ts'
import type { Page } from '../questions/aggregates/page.ts'
import type { AggregateRequest } from '../questions/aggregates/request.ts'
import { type AggregateRow, rowsOf } from '../questions/aggregates/rows.ts'
import { lastingFigures } from '../questions/points/lasting.ts'
import { type Before, beforeQuestion, changesQuestion, pointsQuestion } from '../questions/points/point-questions.ts'
import { type PointSpans, pointSpansOf } from '../questions/points/point-spans.ts'
import type { StreamVersion } from '../store/stream-version.ts'
import type { Context } from './context.ts'

type Reader = Pick<Context, 'store' | 'gaps'>

/**
 * The rows of a page about a counter or state: closed windows as they were published, those that are not closed from
 * their points, and what was so before the first of both.
 * @throws Problem as `Store.ask`
 */
export async function readPoints(
  { store, gaps: book }: Reader,
  request: AggregateRequest,
  page: Page,
  version: StreamVersion,
  now: number,
): Promise<AggregateRow[]> {
  const { stream, properties } = request
  const { watermark } = version
  const spans = pointSpansOf(request, page.steps, { watermark })
  const [gaps, changes, open, before, ...heard] = await Promise.all([
    book.read(stream, version),
    spans.closed === null ? [] : store.ask(changesQuestion(spans.closed)),
    spans.open === null ? [] : store.ask(pointsQuestion(spans.open)),
    readBefore(store, request, spans),
    ...spans.heard.map(({ table, span }) => store.ask(heardQuestion(table, span))),
  ])
  // Bridges say how far time is; windows close the lateness later.
  const knownTo = watermark === null ? 0 : Math.min(now, watermark + stream.time.latenessMs)
  const own = new Map(request.sensors.map((sensor) => [sensor.id, hearingMs(stream, sensor)]))
  const hearing = (sensor: string) => own.get(sensor) ?? hearingMs(stream, { everyMs: 0 })
  const known = { property: properties[0]!, steps: page.steps, changes, open, before, gaps, knownTo, hearing }
  return rowsOf(request, page.cells, [...lastingFigures(known), ...heard.flat()], { watermark, gaps, now })
}

/** Looks back further and further, until every sensor's last point is found. */
async function readBefore(store: Reader['store'], { sensors }: AggregateRequest, spans: PointSpans): Promise<Before[]> {
  const found = new Map<string, Before>()
  for (const span of spans.before) {
    for (const before of await store.ask(beforeQuestion(span))) if (!found.has(before.sensor)) found.set(before.sensor, before)
    if (sensors.every(({ id }) => found.has(id))) break
  }
  return [...found.values()]
}
