import { hearingMs } from '../questions/aggregates/hearing.ts'
import { heardQuestion, type Span } from '../questions/aggregates/figures-question.ts'
import type { Page } from '../questions/aggregates/page.ts'
import type { AggregateRequest } from '../questions/aggregates/request.ts'
import { type AggregateRow, rowsOf } from '../questions/aggregates/rows.ts'
import { lastingFigures } from '../questions/points/lasting.ts'
import {
  type Before,
  beforeQuestion,
  changesQuestion,
  type OpenWindow,
  pointsQuestion,
  type StepChange,
} from '../questions/points/point-questions.ts'
import { pointSpansOf } from '../questions/points/point-spans.ts'
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
    spans.before === null ? [] : store.ask(beforeQuestion(spans.before)),
    ...spans.heard.map(({ table, span }) => store.ask(heardQuestion(table, span))),
  ])
  const earlier = await readEarlier(store, spans.earlier, unknownBefore(request, { changes, open, before }))
  // Bridges say how far time is; windows close the lateness later.
  const knownTo = watermark === null ? 0 : Math.min(now, watermark + stream.time.latenessMs)
  const own = new Map(request.sensors.map((sensor) => [sensor.id, hearingMs(stream, sensor)]))
  const hearing = (sensor: string) => own.get(sensor) ?? hearingMs(stream, { everyMs: 0 })
  const known = { property: properties[0]!, steps: page.steps, changes, open, before: [...before, ...earlier], gaps, knownTo, hearing }
  return rowsOf(request, page.cells, [...lastingFigures(known), ...heard.flat()], { watermark, gaps, now })
}

/** The sensors with points that are not closed, of which nothing is known before these. */
function unknownBefore(
  { sensors }: AggregateRequest,
  { changes, open, before }: { changes: readonly StepChange[]; open: readonly OpenWindow[]; before: readonly Before[] },
): AggregateRequest['sensors'] {
  const known = new Set([...before, ...changes.filter(({ count }) => count > 0)].map(({ sensor }) => sensor))
  const asked = new Set(open.filter(({ points }) => points.length > 0).map(({ sensor }) => sensor))
  return sensors.filter(({ id }) => asked.has(id) && !known.has(id))
}

/** Looks back further and further, until the last point of each of these sensors is found. */
async function readEarlier(store: Reader['store'], spans: readonly Span[], sensors: AggregateRequest['sensors']): Promise<Before[]> {
  const found = new Map<string, Before>()
  for (const span of spans) {
    const missing = sensors.filter(({ id }) => !found.has(id))
    if (missing.length === 0) break
    for (const before of await store.ask(beforeQuestion({ ...span, sensors: missing, all: false })))
      if (!found.has(before.sensor)) found.set(before.sensor, before)
  }
  return [...found.values()]
}
