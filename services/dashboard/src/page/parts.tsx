import type { PartAnswer, StatusAnswer, StreamAnswer } from '../answers/answers.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'

interface PartsProps {
  readonly status: StatusAnswer
  /** The service does not answer: what it said of itself is no longer news. */
  readonly silent: boolean
  readonly streams: readonly StreamAnswer[]
  readonly now: number
  readonly words: Words
  readonly figures: Figures
}

/** How the system is: each part of each service, with the reason where one does not work, and how far each stream is. */
export function PartsCard(o: PartsProps) {
  const { status, words, figures } = o
  const broken = status.parts.filter((part) => part.state !== 'ready')
  const verdict = broken.length === 0 ? words.parts.fine : words.parts.some(broken.length, figures.number(broken.length))
  return (
    <section class="card parts" aria-labelledby="parts-title">
      <h2 id="parts-title">{words.parts.title}</h2>
      <p class={broken.length === 0 && !o.silent ? '' : 'warn'}>{o.silent ? words.parts.silent : verdict}</p>
      {!o.silent && <Parts {...o} broken={broken} />}
    </section>
  )
}

function Parts({ status, broken, streams, now, words, figures }: PartsProps & { broken: readonly PartAnswer[] }) {
  const fine = status.parts.filter((part) => part.state === 'ready')
  const final = (watermark: number) => words.fresh.final(figures.moment(watermark), figures.ago(now - watermark) ?? words.time.now)
  return (
    <>
      <ul class="part-list">
        {broken.map((part) => (
          <Broken key={`${part.service} ${part.name}`} part={part} words={words} figures={figures} />
        ))}
        {[...Map.groupBy(fine, (part) => part.service)].map(([service, parts]) => (
          <li key={service} class="fine">
            <svg width="12" height="12" aria-hidden="true" focusable="false">
              <circle cx="6" cy="6" r="4.5" />
            </svg>
            <span class="part-name">{service}</span>
            <span class="quiet">{parts.map((part) => part.name).join(', ')}</span>
          </li>
        ))}
      </ul>
      <dl class="far">
        {status.streams.map(({ stream, watermark, reason }) => (
          <div key={stream}>
            <dt>{streams.find((s) => s.name === stream)?.title ?? stream}</dt>
            <dd>{watermark !== null ? final(watermark) : reason === null ? words.fresh.never : words.state.unknown}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function Broken({ part, words, figures }: { part: PartAnswer; words: Words; figures: Figures }) {
  return (
    <li class="not-fine">
      <svg width="12" height="12" aria-hidden="true" focusable="false">
        <path d="M2 2l8 8M10 2l-8 8" />
      </svg>
      <span class="part-name">{part.service === part.name ? part.name : `${part.service} · ${part.name}`}</span>
      <span class="quiet">{words.parts.states[part.state] ?? part.state}</span>
      {part.since !== null && <span class="quiet">{words.parts.sinceTime(figures.moment(part.since))}</span>}
      {part.reason !== null && <span class="reason">{part.reason}</span>}
    </li>
  )
}
