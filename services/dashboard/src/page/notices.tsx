import type { Outage } from '../view/outage.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import type { StatusAnswer } from '../answers/answers.ts'

/** What a reader must know before any figure: an outage, a replay, a view that is not for publication. */
export function Notices(o: { outage: Outage | null; clock: StatusAnswer['clock'] | null; now: number; internal: boolean; words: Words; figures: Figures }) {
  const { outage, clock, words, figures } = o
  return (
    <div class="notices">
      <div role="status">{outage !== null && <p class="notice broken">{sentenceOf(outage, words, figures)}</p>}</div>
      {clock !== null && clock.replayOf !== null && (
        <p class="notice">{words.replay(figures.day(o.now), figures.number(clock.speed, 1))}</p>
      )}
      {o.internal && <p class="notice internal">{words.internalNote}</p>}
    </div>
  )
}

function sentenceOf({ sort, reason, last }: Outage, words: Words, figures: Figures): string {
  if (sort === 'store') return words.away.store(reason)
  if (sort === 'busy') return words.away.busy
  if (sort === 'refused') return words.away.refused
  if (sort === 'bad') return words.away.bad(reason)
  if (last === null) return words.away.never
  return navigator.onLine ? words.away.service(figures.time(last), figures.lasting(Date.now() - last)) : words.away.offline
}
