import type { Answer } from '../view/answer.ts'
import type { Fresh } from '../view/fresh.ts'
import type { Words } from '../words/en.ts'

/** The page's question answered in words, with age and completeness: never a footnote. */
export function AnswerCard(o: { title: string; answer: Answer; fresh: Fresh | null; alerts: number; words: Words; count: string }) {
  const { answer, fresh, words } = o
  return (
    <section class="answer" aria-labelledby="question">
      <h1 id="question">{o.title}</h1>
      <p class="headline">{answer.headline}.</p>
      {answer.notes.length > 0 && <p class="notes">{answer.notes.join(' ')}</p>}
      <p class="fresh" role="group" aria-label={words.fresh.label}>
        {fresh !== null && <span>{fresh.age}</span>}
        {fresh !== null && <span class={fresh.partial ? 'warn' : ''}>{fresh.complete}</span>}
        {answer.hidden !== null && (
          <span>
            {answer.hidden} <a href="#why">{words.answer.why}</a>
          </span>
        )}
        {o.alerts > 0 && (
          <a class="warn" href="#alerts">
            {words.alerts.count(o.alerts, o.count)}
          </a>
        )}
      </p>
    </section>
  )
}
