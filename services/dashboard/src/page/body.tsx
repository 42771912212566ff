import type { Choice } from '../view/choice.ts'
import type { Page } from '../view/page.ts'
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

interface BodyProps {
  readonly city: City
  readonly words: Words
  readonly go: Go
}

/** Everything below the notices: the answer and its proof, the map, the list, alerts, the system, and why figures are missing. */
export function Body(o: BodyProps) {
  const { choice, page } = o.city
  if (choice === null || page === null || page.answer === null) return <Waiting failed={o.city.outage !== null} words={o.words} />
  return <Known {...o} choice={choice} page={page} answer={page.answer} />
}

function Known(o: BodyProps & { choice: Choice; page: Page; answer: NonNullable<Page['answer']> }) {
  const { city, choice, page, answer, words, go } = o
  const { figures, now, access, status } = city
  const [sensors, alerts] = [page.sensors ?? [], page.alerts ?? []]
  const choose = (sensor: string) => go({ sensor })
  const shared = { sensors, chosen: page.chosen?.id ?? null, measure: choice.measure, group: groupOf(o), words, figures, onChoose: choose }
  return (
    <div class="grid">
      <AnswerCard
        title={choice.stream.title}
        answer={answer}
        fresh={page.fresh}
        alerts={alerts.length}
        count={figures.number(alerts.length)}
        words={words}
      />
      <Proof {...o} />
      {sensors.length > 0 && <MapCard {...shared} />}
      {sensors.length > 0 && <ListCard {...shared} />}
      <AlertsCard {...{ alerts, sensors, now, words, figures }} onChoose={choose} token={access.token} again={city.again} />
      {status !== null && (
        <PartsCard {...{ status, now, words, figures }} silent={city.outage?.sort === 'service'} streams={city.catalogue?.streams ?? []} />
      )}
      <Why stream={choice.stream} words={words} figures={figures} />
    </div>
  )
}

/** The chosen sensor's curve with its table, download, licence and source. */
function Proof(o: BodyProps & { choice: Choice; page: Page }) {
  const { city, choice, page, words, go } = o
  if (page.chosen === null) return null
  const { figures, now, access } = city
  const { own, others, chosen } = page
  const short = access.view === 'internal' && choice.stream.disclosure !== null
  const curve: CurveProps = { choice, name: chosen.name, own, others, group: groupOf(o), now, short, words, figures, go }
  return (
    <CurveCard {...curve}>
      <CurveTable {...curve} />
      <Source choice={choice} sensor={chosen.id} access={access} words={words} />
    </CurveCard>
  )
}

/** Below about how many the public sees no figure; null where nothing is held back. */
function groupOf({ city, choice }: { city: City; choice: Choice }): number | null {
  return city.access.view === 'internal' ? null : (choice.stream.disclosure?.group ?? null)
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
