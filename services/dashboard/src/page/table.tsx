import { useState } from 'preact/hooks'
import type { Reading } from '../view/reading.ts'
import { NOISE_WIDTH } from '../view/curve.ts'
import { figureOf } from '../view/amount.ts'
import { thingOf } from '../view/measure.ts'
import { stateText } from '../view/state-text.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import type { CurveProps } from './curve.tsx'

/** The curve's figures as a table, drawn when it is opened. */
export function CurveTable(o: CurveProps) {
  const [open, setOpen] = useState(false)
  const { words } = o
  return (
    <details class="table" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.table.show}</summary>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label={words.table.caption(o.name)}>
          <Rows {...o} />
        </div>
      )}
    </details>
  )
}

function Rows({ own, others, choice, group, name, words, figures }: CurveProps) {
  const byStart = new Map((others ?? []).map((r) => [r.from, r]))
  const noisy = own?.some((r) => r.sd !== null) ?? false
  const heard = others?.some((r) => r.reporting !== null) ?? false
  const figureText = (r: Reading) => {
    if (r.value === null) return stateText(r, choice.measure, group, words, figures)
    const figure = figureOf(r.value, choice.measure, figures)
    return r.partial ? words.state.partial(figure) : figure
  }
  const columns: readonly Column[] = [
    { head: thingOf(choice.measure, words), cell: (r) => figureText(r) },
    ...(noisy
      ? [{ head: words.table.noise, cell: (r: Reading) => (r.sd === null ? '' : `± ${figures.number(Math.ceil(NOISE_WIDTH * r.sd))}`) }]
      : []),
    { head: words.table.others, cell: (_, average) => (average === undefined ? '' : figureText(average)) },
    ...(heard ? [{ head: words.table.reporting, cell: (_: Reading, average?: Reading) => heardText(average, words, figures) }] : []),
  ]
  return (
    <table>
      <caption class="unseen">{words.table.caption(name)}</caption>
      <thead>
        <tr>
          {[words.table.when, ...columns.map((c) => c.head)].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(own ?? []).map((reading) => (
          <Row key={reading.from} reading={reading} average={byStart.get(reading.from)} columns={columns} figures={figures} />
        ))}
      </tbody>
    </table>
  )
}

interface Column {
  readonly head: string
  readonly cell: (own: Reading, average: Reading | undefined) => string
}

function Row({
  reading,
  average,
  columns,
  figures,
}: {
  reading: Reading
  average: Reading | undefined
  columns: readonly Column[]
  figures: Figures
}) {
  return (
    <tr data-state={reading.state}>
      <th scope="row">{figures.span(reading.from, reading.to)}</th>
      {columns.map(({ head, cell }) => (
        <td key={head} class={reading.value === null ? 'quiet' : 'figure'}>
          {cell(reading, average)}
        </td>
      ))}
    </tr>
  )
}

function heardText(average: Reading | undefined, words: Words, figures: Figures): string {
  if (average === undefined || average.reporting === null) return ''
  return words.table.of(figures.number(average.reporting), figures.number(average.expected ?? 0))
}
