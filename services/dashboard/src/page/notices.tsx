import { streamAddress } from '../ask/addresses.ts'
import type { Outage } from '../view/outage.ts'
import type { Words } from '../words/en.ts'
import type { City } from './use-city.ts'

interface NoticesProps {
  readonly city: City
  readonly words: Words
  readonly onForget: () => void
}

/** What a reader must know before any figure: an outage, a shut gate, a replay, a view that is not for publication. */
export function Notices({ city, words, onForget }: NoticesProps) {
  const { outage, status, figures, now } = city
  const clock = status?.clock ?? null
  const sentence = outage === null ? '' : sentenceOf(outage, city, words)
  return (
    <div class="notices">
      {/* Said once to those who listen; the visible sentence counts the seconds. */}
      <p role="status" class="unseen">
        {outage?.sort === 'service' ? words.away.never : sentence}
      </p>
      {outage !== null && <p class="notice broken">{sentence}</p>}
      <Shut city={city} words={words} />
      {clock !== null && clock.replayOf !== null && (
        <p class="notice">{words.replay(figures.longDate(now), figures.number(clock.speed, 1))}</p>
      )}
      {city.access.view === 'internal' && (
        <p class={city.choice?.stream.disclosure == null ? 'notice' : 'notice internal'}>
          {city.choice?.stream.disclosure == null ? words.internalOpen : words.internalNote}{' '}
          <button type="button" class="plain" onClick={onForget}>
            {words.token.forget}
          </button>
        </p>
      )}
    </div>
  )
}

/** A stream that takes nothing in says so, and who decided it. */
function Shut({ city, words }: Pick<NoticesProps, 'city' | 'words'>) {
  const name = city.choice?.stream.name
  const approval = city.status?.streams.find((s) => s.stream === name)?.approval ?? null
  if (name === undefined || approval === null || !(approval.state in words.gate.states)) return null
  const day = approval.until === null ? '' : city.figures.longDate(approval.until)
  return (
    <p class="notice broken" role="status">
      {words.gate.states[approval.state]!(day)} {words.gate.before} <a href={`${streamAddress(name)}/decisions`}>{words.gate.decisions}</a>
    </p>
  )
}

function sentenceOf({ sort, reason, last }: Outage, { status, now, figures }: City, words: Words): string {
  if (sort === 'store') return words.away.store(reason)
  if (sort === 'busy') return words.away.busy
  if (sort === 'refused') return words.away.refused
  if (sort === 'bad') return words.away.bad(reason)
  if (last === null) return words.away.never
  if (!navigator.onLine) return words.away.offline
  const lasting = Date.now() - last
  return words.away.service(figures.lasting(lasting), figures.moment(now - lasting * (status?.clock.speed ?? 1)))
}
