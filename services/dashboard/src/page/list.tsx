import { useRef, useState } from 'preact/hooks'
import { figureOf } from '../view/amount.ts'
import { rangeOfSensors } from '../view/map.ts'
import { type Measure, thingOf } from '../view/measure.ts'
import { type Order, ordered } from '../view/order.ts'
import { stepOf } from '../view/scale.ts'
import type { SensorNow } from '../view/sensor.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import { Mark } from './mark.tsx'

interface ListProps {
  readonly sensors: readonly SensorNow[]
  readonly chosen: string | null
  readonly measure: Measure
  readonly group: number | null
  readonly words: Words
  readonly figures: Figures
  readonly onChoose: (sensor: string) => void
}

/** The map's figures as a table: every sensor can be found, sorted and chosen by keyboard. */
export function ListCard(o: ListProps) {
  const { words, figures } = o
  const [order, setOrder] = useState<Order>({ by: 'figure', down: true })
  const [find, setFind] = useState('')
  const rows = useCalm(ordered(o.sensors, order, find, figures.compare), `${order.by} ${order.down} ${find}`)
  const sort = (by: Order['by']) => setOrder({ by, down: order.by === by ? !order.down : by === 'figure' })
  const column = (by: Order['by'], label: string) => (
    <th scope="col" aria-sort={order.by === by ? (order.down ? 'descending' : 'ascending') : undefined}>
      <button type="button" class="sort" onClick={() => sort(by)} title={words.list.sortBy(label)}>
        {label}
      </button>
    </th>
  )
  return (
    <section class="card list" aria-labelledby="list-title">
      <div class="card-head">
        <h2 id="list-title">{words.list.title}</h2>
        <input
          type="search"
          aria-label={words.list.find}
          placeholder={words.list.find}
          value={find}
          onInput={(e) => setFind(e.currentTarget.value)}
        />
      </div>
      <div class="scroll" ref={rows.ref} tabIndex={0} role="region" aria-label={words.list.caption}>
        <table>
          <caption class="unseen">{words.list.caption}</caption>
          <thead>
            <tr>
              {column('name', words.list.sensor)}
              {column('figure', thingOf(o.measure, words))}
              <th scope="col">{words.list.heard}</th>
            </tr>
          </thead>
          <tbody>
            {rows.list.map((sensor) => (
              <Row key={sensor.id} {...o} sensor={sensor} />
            ))}
          </tbody>
        </table>
        {rows.list.length === 0 && <p class="quiet">{words.list.none}</p>}
      </div>
    </section>
  )
}

function Row(o: ListProps & { sensor: SensorNow }) {
  const { sensor, figures } = o
  const chosen = sensor.id === o.chosen
  const { low, high } = rangeOfSensors(o.sensors)
  const when =
    sensor.to === null ? '–' : sensor.from === sensor.to ? figures.moment(sensor.to) : figures.span(sensor.from ?? sensor.to, sensor.to)
  return (
    <tr class={chosen ? 'chosen' : ''} data-sensor={sensor.id} data-state={sensor.state}>
      <th scope="row">
        <button type="button" aria-pressed={chosen} onClick={() => o.onChoose(sensor.id)}>
          <svg width="14" height="14" aria-hidden="true" focusable="false">
            <Mark x={7} y={7} r={6} state={sensor.state} value={sensor.value} step={stepOf(sensor.value ?? 0, low, high)} />
          </svg>
          {sensor.name}
        </button>
      </th>
      <td class={sensor.value === null ? 'quiet' : 'figure'}>
        {sensor.value === null ? shortText(sensor, o) : figureOf(sensor.value, o.measure, figures)}
      </td>
      <td class="when">{when}</td>
    </tr>
  )
}

const shortText = (sensor: SensorNow, { words }: ListProps) => (sensor.state === 'few' ? words.state.suppressedShort : words.state.unknown)

/** Keeps the order while a pointer or the focus is in the list, so that nothing moves away under a hand. */
function useCalm(list: readonly SensorNow[], question: string) {
  const ref = useRef<HTMLDivElement>(null)
  const before = useRef<{ question: string; ids: readonly string[] }>({ question: '', ids: [] })
  const busy = ref.current?.matches(':hover, :focus-within') === true && before.current.question === question
  const byId = new Map(list.map((s) => [s.id, s]))
  const same = busy && before.current.ids.length === list.length && before.current.ids.every((id) => byId.has(id))
  const shown = same ? before.current.ids.flatMap((id) => byId.get(id) ?? []) : list
  before.current = { question, ids: shown.map((s) => s.id) }
  return { ref, list: shown }
}
