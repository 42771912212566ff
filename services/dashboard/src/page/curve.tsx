import { useState } from 'preact/hooks'
import type { Choice } from '../view/choice.ts'
import { durationOf } from '../time/duration.ts'
import { drawCurve, type Frame, readingAt } from '../view/curve.ts'
import { measuresOf, nameOf, thingOf } from '../view/measure.ts'
import type { Reading } from '../view/reading.ts'
import { moved, rangesOf } from '../view/stretch.ts'
import { stateText } from '../view/state-text.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import { CurveDrawing } from './curve-drawing.tsx'
import { CurveKey } from './curve-key.tsx'
import { Pick } from './pick.tsx'
import { Segments } from './segments.tsx'
import type { Go } from './use-address.ts'
import { useWidth } from './use-width.ts'

export interface CurveProps {
  readonly choice: Choice
  readonly name: string
  readonly own: readonly Reading[] | null
  readonly others: readonly Reading[] | null
  readonly group: number | null
  readonly now: number
  readonly short: boolean
  readonly words: Words
  readonly figures: Figures
  readonly go: Go
}

/** One sensor over a stretch of time, against the average of all. */
export function CurveCard(o: CurveProps & { children: preact.ComponentChildren }) {
  const { choice, words, figures } = o
  const measures = measuresOf(choice.stream)
  return (
    <section class="card curve" aria-labelledby="curve-title">
      <div class="card-head">
        <h2 id="curve-title">{o.name}</h2>
        {measures.length > 1 && (
          <Pick
            name="measure"
            legend={words.curve.measure}
            value={choice.measure.id}
            choices={measures.map((m) => ({ value: m.id, label: nameOf(m, words), title: m.doc }))}
            onChoose={(measure) => o.go({ measure })}
          />
        )}
      </div>
      <Travel {...o} />
      <Plot {...o} />
      <CurveKey {...o} />
      <p class="small quiet">
        {[sizeOf(choice, words, figures), words.curve.zone(choice.stream.zone)].join(', ')}. {choice.measure.doc}
      </p>
      {o.children}
    </section>
  )
}

/** What a point of the curve is: counts are of a step's length, other figures have none. */
function sizeOf({ measure, stretch }: Choice, words: Words, figures: Figures): string {
  const step = durationOf(stretch.every)
  const what = thingOf(measure, words)
  return measure.kind === 'count' && step !== null ? words.curve.each(what, figures.step(step)) : what
}

/** Which stretch of time: its length, and steps back and forth. */
function Travel({ choice, now, short, words, figures, go }: CurveProps) {
  const { stretch, range, stream } = choice
  const ranges = (['day', 'week', 'month'] as const)
    .filter((r) => rangesOf(stream).includes(r))
    .map((value) => ({ value, label: words.curve[value] }))
  const name = range === 'day' ? figures.day(stretch.from) : figures.dates(stretch.from, stretch.to - 1)
  return (
    <div class="travel">
      <button
        type="button"
        class="step"
        disabled={short}
        aria-label={words.curve.earlier}
        onClick={() => go({ until: moved(stretch, range, -1, now, stream.zone) })}
      >
        ‹
      </button>
      <p class="day">{name}</p>
      <button
        type="button"
        class="step"
        disabled={stretch.live}
        aria-label={words.curve.later}
        onClick={() => go({ until: moved(stretch, range, 1, now, stream.zone) })}
      >
        ›
      </button>
      {!short && (
        <Segments name="range" legend={words.curve.range} value={range} choices={ranges} onChoose={(next) => go({ range: next })} />
      )}
    </div>
  )
}

function Plot(o: CurveProps) {
  const { choice, own, others, words, figures } = o
  const [ref, width] = useWidth<HTMLDivElement>()
  const [pointer, setPointer] = useState<number | null>(null)
  const frame = frameOf(width)
  const input = { from: choice.stretch.from, to: choice.stretch.to, zone: choice.stream.zone, own: own ?? [], others: others ?? [] }
  const known = input.own.filter((r) => r.value !== null).length
  const label = words.curve.label(
    o.name,
    figures.moment(input.from),
    figures.moment(input.to),
    figures.number(known),
    figures.number(input.own.length),
  )
  const point = (event: PointerEvent & { currentTarget: HTMLDivElement }) =>
    setPointer(event.clientX - event.currentTarget.getBoundingClientRect().left)
  return (
    <>
      <Readout {...o} at={pointer === null ? null : readingAt(input.own, input, frame, pointer)} />
      <div class="plot" ref={ref} onPointerMove={point} onPointerDown={point} onPointerLeave={() => setPointer(null)}>
        {width > 0 && own !== null && <CurveDrawing {...o} drawing={drawCurve(input, frame)} label={label} pointer={pointer} />}
        {own === null && <p class="wait">{words.loading}</p>}
        {own !== null && known === 0 && <p class="wait">{own.some((r) => r.state === 'few') ? words.curve.allFew : words.curve.empty}</p>}
      </div>
    </>
  )
}

/** The figures under the pointer, in a place of their own above the curve: nothing moves. */
function Readout({ at, others, choice, group, words, figures }: CurveProps & { at: Reading | null }) {
  if (at === null) return <p class="readout quiet">{words.curve.pick}</p>
  const average = others?.find((r) => r.from === at.from)
  const own = stateText(at, choice.measure, group, words, figures)
  const of = average?.value == null ? null : `${words.curve.othersShort} ${stateText(average, choice.measure, group, words, figures)}`
  return (
    <p class="readout">
      <strong>{figures.span(at.from, at.to)}</strong> {[own, of].filter((text) => text !== null).join(' · ')}
    </p>
  )
}

function frameOf(width: number): Frame {
  const height = width < 520 ? 250 : 300
  return { width, height, left: 40, right: Math.max(60, width - 14), top: 28, bottom: height - 40 }
}
