import type { StreamAnswer } from '../answers/answers.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'

/** Why some figures are not shown, in the words of the stream's own policy. */
export function Why({ stream, words, figures }: { stream: StreamAnswer; words: Words; figures: Figures }) {
  const { disclosure } = stream
  return (
    <section class="card why" id="why" aria-labelledby="why-title" tabIndex={-1}>
      <h2 id="why-title">{disclosure === null ? words.why.openTitle : words.why.title}</h2>
      {disclosure === null ? (
        <p>{words.why.open}</p>
      ) : (
        <>
          <p>{words.why.intro}</p>
          <p>{words.why.noise(disclosure.epsilon)}</p>
          <p>{words.why.threshold(figures.number(disclosure.group))}</p>
          <p>{words.why.night}</p>
          <p>{words.why.internal}</p>
        </>
      )}
    </section>
  )
}
