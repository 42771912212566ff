import type { Words } from '../words/en.ts'
import { AlertsCard } from './alerts.tsx'
import { AnswerCard } from './answer.tsx'
import { CurveCard, type CurveProps } from './curve.tsx'
import { ListCard } from './list.tsx'
import { MapCard } from './map.tsx'
import { PartsCard } from './parts.tsx'
import { Source } from './source.tsx'
import { CurveTable } from './table.tsx'
import type { Go } from './use-address.ts'
import type { City } from './use-city.ts'
import { Why } from './why.tsx'

/** Everything below the notices: the answer, its proof, the map, the list, alerts, the system, and why figures are missing. */
export function Body({ city, words, go }: { city: City; words: Words; go: Go }) {
  const { choice, page, figures, now, access, status } = city
  if (choice === null || page === null || page.answer === null) return <Waiting failed={city.outage !== null} words={words} />
  const internal = access.view === 'internal'
  const group = internal ? null : (choice.stream.disclosure?.group ?? null)
  const chosen = page.chosen
  const sensors = page.sensors ?? []
  const choose = (sensor: string) => go({ sensor })
  const shared = { sensors, chosen: chosen?.id ?? null, measure: choice.measure, group, words, figures, onChoose: choose }
  const curve: CurveProps | null =
    chosen === null
      ? null
      : { choice, name: chosen.name, own: page.own, others: page.others, group, now, short: internal && choice.stream.disclosure !== null, words, figures, go }
  const alerts = page.alerts ?? []
  return (
    <div class="grid">
      <AnswerCard title={choice.stream.title} answer={page.answer} fresh={page.fresh} alerts={alerts.length} count={figures.number(alerts.length)} words={words} />
      {curve !== null && chosen !== null && (
        <CurveCard {...curve}>
          <CurveTable {...curve} />
          <Source choice={choice} sensor={chosen.id} access={access} words={words} />
        </CurveCard>
      )}
      {sensors.length > 0 && <MapCard {...shared} />}
      {sensors.length > 0 && <ListCard {...shared} />}
      {page.alerts !== null && <AlertsCard alerts={alerts} sensors={sensors} now={now} words={words} figures={figures} onChoose={choose} />}
      {status !== null && <PartsCard status={status} streams={city.catalogue?.streams ?? []} now={now} words={words} figures={figures} />}
      <Why stream={choice.stream} words={words} figures={figures} />
    </div>
  )
}

/** Before the first answer: the page's shape, and words rather than a spinner. */
function Waiting({ failed, words }: { failed: boolean; words: Words }) {
  return (
    <div class="grid" aria-busy={!failed}>
      <section class="answer">
        <h1>{words.tagline}</h1>
        {!failed && <p class="headline quiet">{words.loading}</p>}
      </section>
      {['curve', 'map', 'list'].map((name) => (
        <div key={name} class={`card ${name} blank`} />
      ))}
    </div>
  )
}
