import type { AlertAnswer, CatalogueAnswer, RowAnswer, SensorAnswer, StatusAnswer } from '../answers/answers.ts'
import { readAlerts } from '../answers/read-alerts.ts'
import { readRows } from '../answers/read-rows.ts'
import { readSensors } from '../answers/read-sensors.ts'
import { readStatus } from '../answers/read-status.ts'
import { readStreams } from '../answers/read-streams.ts'
import type { View } from '../address/address.ts'
import type { Choice } from '../view/choice.ts'
import { type AggregatesAddress, aggregatesAddress, ALERTS, sensorsAddress, STATUS, STREAMS, windowAddress } from './addresses.ts'
import type { Question } from './ask.ts'

/** Whose eyes: the view, and the token that opens it. */
export interface Access {
  readonly view: View
  readonly token: string | null
}

export const streamsQuestion: Question<CatalogueAnswer> = { url: STREAMS, token: null, read: readStreams }

export const statusQuestion: Question<StatusAnswer> = { url: STATUS, token: null, read: readStatus }

export function sensorsQuestion(stream: string, access: Access): Question<readonly SensorAnswer[]> {
  return { url: sensorsAddress(stream, access.view), token: access.token, read: readSensors }
}

/** What is firing; the token shows operations what was judged by unprotected figures, too. */
export function alertsQuestion({ token }: Access): Question<readonly AlertAnswer[]> {
  return { url: ALERTS, token, read: readAlerts }
}

/** Which aggregates a choice shows; `sensor` null, or a sensor of which the public has no history: those over all sensors. */
export function aggregatesOf({ stream, measure, stretch }: Choice, sensor: string | null, view: View): AggregatesAddress {
  const shown = stream.ofGroups && view === 'public' ? null : sensor
  return {
    stream: stream.name,
    properties: measure.properties,
    sensor: shown,
    from: stretch.from,
    to: stretch.to,
    every: stretch.every,
    view,
  }
}

/** The figures of every sensor in one window. */
export function newestQuestion(
  choice: Choice,
  window: { from: number; to: number },
  { view, token }: Access,
): Question<readonly RowAnswer[]> {
  const { stream, measure } = choice
  const url = windowAddress({ stream: stream.name, properties: measure.properties, sensor: null, ...window, every: stream.window, view })
  return { url, token, place: `newest ${stream.name} ${measure.id} ${view}`, read: readRows }
}

export function aggregatesQuestion(address: AggregatesAddress, token: string | null): Question<readonly RowAnswer[]> {
  return { url: aggregatesAddress(address), token, read: readRows }
}
