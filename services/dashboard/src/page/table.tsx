import { useState } from 'preact/hooks'
import { NOISE_WIDTH } from '../view/curve.ts'
import { stateText } from '../view/state-text.ts'
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
  const columns = [words.table.when, words.table.figure, noisy ? words.table.noise : null, words.table.others, heard ? words.table.reporting : null]
  return (
    <table>
      <caption class="unseen">{words.table.caption(name)}</caption>
      <thead>
        <tr>{columns.flatMap((text) => (text === null ? [] : [<th key={text} scope="col">{text}</th>]))}</tr>
      </thead>
      <tbody>
        {(own ?? []).map((reading) => {
          const average = byStart.get(reading.from)
          return (
            <tr key={reading.from} data-state={reading.state}>
              <th scope="row">{figures.span(reading.from, reading.to)}</th>
              <td class={reading.value === null ? 'quiet' : 'figure'}>{stateText(reading, choice.measure, group, words, figures)}</td>
              {noisy && <td class="figure">{reading.sd === null ? '' : `± ${figures.number(Math.ceil(NOISE_WIDTH * reading.sd))}`}</td>}
              <td class="figure">{average === undefined ? '' : stateText(average, choice.measure, group, words, figures)}</td>
              {heard && <td class="figure">{average?.reporting == null ? '' : words.table.of(figures.number(average.reporting), figures.number(average.expected ?? 0))}</td>}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
