import type { View } from '../address/address.ts'
import type { AlertAnswer, PartAnswer, RowAnswer, SensorAnswer, StatusAnswer } from '../answers/answers.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import { type Answer, answerOf } from './answer.ts'
import type { Choice } from './choice.ts'
import { type Fresh, freshOf } from './fresh.ts'
import { averagesOf, newestOf, type Reading, readingsOf, until } from './reading.ts'
import { type SensorNow, sensorsNow } from './sensor.ts'

/** What has been answered so far; null: not yet. */
export interface Answers {
  readonly sensors: readonly SensorAnswer[] | null
  /** The newest final window by sensor. */
  readonly newest: readonly RowAnswer[] | null
  /** The chosen sensor's rows. */
  readonly own: readonly RowAnswer[] | null
  /** The rows over all sensors. */
  readonly all: readonly RowAnswer[] | null
  readonly status: StatusAnswer | null
  readonly alerts: readonly AlertAnswer[] | null
}

/** Everything the page draws and says, computed from the answers; null where it still waits for one. */
export interface Page {
  readonly sensors: readonly SensorNow[] | null
  readonly chosen: SensorNow | null
  readonly answer: Answer | null
  readonly fresh: Fresh | null
  readonly own: readonly Reading[] | null
  readonly others: readonly Reading[] | null
  readonly alerts: readonly AlertAnswer[] | null
  readonly parts: readonly PartAnswer[] | null
}

/** @param sensor the chosen sensor's id · @param now the city's time */
export function pageOf(
  choice: Choice,
  sensor: string | null,
  answers: Answers,
  o: { now: number; view: View; words: Words; figures: Figures },
): Page {
  const { stream, measure } = choice
  const sensors = answers.sensors === null ? null : sensorsNow(answers.sensors, measure, answers.newest)
  const chosen = sensors?.find((s) => s.id === sensor) ?? null
  const watermark = answers.status?.streams.find((s) => s.stream === stream.name)?.watermark ?? null
  const horizon = watermark ?? o.now
  const own = answers.own === null ? null : until(readingsOf(answers.own, measure), horizon)
  const others = answers.all === null ? null : until(averagesOf(answers.all, measure), horizon)
  const shared = { sensors: sensors ?? [], words: o.words, figures: o.figures }
  const average = newestOf(others ?? [])
  return {
    sensors,
    chosen,
    answer:
      sensors === null || (chosen === null && sensors.length > 0)
        ? null
        : answerOf({ ...shared, sensor: chosen, measure, average, group: stream.disclosure?.group ?? null }),
    fresh:
      sensors === null
        ? null
        : freshOf({ ...shared, watermark, all: average, now: o.now, secret: stream.disclosure !== null, view: o.view }),
    own,
    others,
    alerts: answers.alerts === null ? null : answers.alerts.filter((a) => a.stream === stream.name),
    parts: answers.status?.parts ?? null,
  }
}
