import { useEffect, useMemo } from 'preact/hooks'
import type { Address } from '../address/address.ts'
import type { CatalogueAnswer, StatusAnswer } from '../answers/answers.ts'
import type { Question } from '../ask/ask.ts'
import type { Poller } from '../ask/poller.ts'
import * as questions from '../ask/questions.ts'
import { type Choice, choiceOf } from '../view/choice.ts'
import { timeOf } from '../view/clock.ts'
import { type Outage, outageOf } from '../view/outage.ts'
import { type Page, pageOf } from '../view/page.ts'
import { chosenOf, newestWindow, sensorsNow } from '../view/sensor.ts'
import type { Words } from '../words/en.ts'
import { createFigures, type Figures } from '../words/figures.ts'
import type { Go } from './use-address.ts'
import { usePoller, useQuestions, useTick } from './use-poller.ts'

/** Everything that is known of the city at this moment. */
export interface City {
  readonly catalogue: CatalogueAnswer | null
  readonly status: StatusAnswer | null
  readonly choice: Choice | null
  readonly page: Page | null
  readonly outage: Outage | null
  readonly figures: Figures
  /** The city's time, epoch ms. */
  readonly now: number
  readonly access: questions.Access
  /** Asks everything again now. */
  readonly again: () => void
}

/** Asks the query service for what an address shows, again and again, and computes the page from the answers. */
export function useCity(address: Address, token: string | null, words: Words, go: Go): City {
  const poller = usePoller()
  useTick()
  const access: questions.Access =
    address.view === 'internal' && token !== null ? { view: 'internal', token } : { view: 'public', token: null }
  const status = poller.held(questions.statusQuestion)
  const catalogue = poller.held(questions.streamsQuestion)
  const now = timeOf(status, Date.now())
  const choice = catalogue.value === null || now === null ? null : choiceOf({ ...address, view: access.view }, catalogue.value.streams, now)
  const zone = choice?.stream.zone ?? 'UTC'
  const figures = useMemo(() => createFigures(words.locale, zone), [words, zone])
  const asked = choice === null ? null : askedOf(choice, address, access, poller, figures.compare)
  const alertsAsked = questions.alertsQuestion(access)
  const all: (Question<unknown> | null)[] = [
    questions.statusQuestion,
    questions.streamsQuestion,
    alertsAsked,
    ...Object.values(asked?.about ?? {}),
  ]
  useQuestions(poller, all)
  const sensor = asked?.sensor ?? null
  useEffect(() => {
    if (sensor !== null && sensor !== address.sensor) go({ sensor }, 'own')
  }, [sensor, address.sensor])
  const value = <T>(question: Question<T> | null | undefined): T | null => poller.held(question ?? null).value
  const { about } = asked ?? {}
  const answers = {
    sensors: value(about?.sensors),
    newest: value(about?.newest),
    own: value(about?.own),
    all: value(about?.all),
    status: status.value,
    alerts: value(alertsAsked),
  }
  return {
    catalogue: catalogue.value,
    status: status.value,
    choice,
    page: choice === null || now === null ? null : pageOf(choice, sensor, answers, { now, view: access.view, words, figures }),
    outage: outageOf(all.map((question) => poller.held(question))),
    figures,
    now: now ?? Date.now(),
    access,
    again: () => poller.again(),
  }
}

/** The questions about a choice, and the sensor they are about: it is known once the sensors are. */
function askedOf(choice: Choice, address: Address, access: questions.Access, poller: Poller, compare: Figures['compare']) {
  const sensors = questions.sensorsQuestion(choice.stream.name, access)
  const known = poller.held(sensors).value
  const singles = !choice.stream.ofGroups || access.view === 'internal'
  const window =
    singles && choice.measure.kind === 'count' ? newestWindow(known ?? [], watermarkOf(poller, choice), choice.stream.windowMs) : null
  const newest = window === null ? null : questions.newestQuestion(choice, window, access)
  const rows = poller.held(newest).value
  const waits = known === null || (newest !== null && rows === null && poller.held(newest).fault === null)
  const asked = known?.some((s) => s.id === address.sensor) ? address.sensor : null
  const sensor = waits ? asked : chosenOf(asked, sensorsNow(known, choice.measure, rows), compare)
  const rowsOf = (one: string | null) => questions.aggregatesQuestion(questions.aggregatesOf(choice, one, access.view), access.token)
  return { sensor, about: { sensors, newest, own: sensor === null ? null : rowsOf(sensor), all: rowsOf(null) } }
}

/** Up to when a choice's stream is final; null while that is not known. */
function watermarkOf(poller: Poller, { stream }: Choice): number | null {
  return poller.held(questions.statusQuestion).value?.streams.find((s) => s.stream === stream.name)?.watermark ?? null
}
