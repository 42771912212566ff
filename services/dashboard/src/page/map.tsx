import { drawMap, type MapDrawing } from '../view/map.ts'
import type { Measure } from '../view/measure.ts'
import type { SensorNow } from '../view/sensor.ts'
import { STEPS } from '../view/scale.ts'
import { stateText } from '../view/state-text.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import { Mark } from './mark.tsx'
import { useWidth } from './use-width.ts'

interface MapProps {
  readonly sensors: readonly SensorNow[]
  readonly chosen: string | null
  readonly measure: Measure
  readonly group: number | null
  readonly words: Words
  readonly figures: Figures
  readonly onChoose: (sensor: string) => void
}

/** The sensors by their place. For pointers; the list has the same for keyboards and readers. */
export function MapCard(o: MapProps) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const height = Math.round(Math.min(440, Math.max(280, width * 0.72)))
  const drawing = width === 0 ? null : drawMap(o.sensors, o.chosen, { width, height })
  return (
    <section class="card map" aria-labelledby="map-title">
      <h2 id="map-title">{o.words.map.title}</h2>
      <div class="map-ground" ref={ref}>
        {drawing !== null && drawing.circles.length === 0 && <p class="quiet">{o.words.map.none}</p>}
        {drawing !== null && drawing.circles.length > 0 && <Circles {...o} drawing={drawing} width={width} height={height} />}
      </div>
      {drawing !== null && <Legend {...o} drawing={drawing} />}
    </section>
  )
}

function Circles(o: MapProps & { drawing: MapDrawing; width: number; height: number }) {
  const { drawing, words, figures } = o
  const bar = drawing.bar
  const length = bar === null ? '' : bar.metres >= 1000 ? words.map.kilometres(figures.number(bar.metres / 1000)) : words.map.metres(figures.number(bar.metres))
  return (
    <svg width={o.width} height={o.height} viewBox={`0 0 ${o.width} ${o.height}`} role="img" aria-label={words.map.label(figures.number(drawing.circles.length))}>
      {drawing.circles.map(({ id, x, y, r, step, sensor }) => (
        <g key={id} class="spot" data-sensor={id} data-state={sensor.state} onClick={() => o.onChoose(id)}>
          <title>{`${sensor.name}: ${stateText(sensor, o.measure, o.group, words, figures)}`}</title>
          <circle class="target" cx={x} cy={y} r={Math.max(r, 11)} />
          <Mark x={x} y={y} r={r} state={sensor.state} value={sensor.value} step={step} />
          {id === o.chosen && <circle class="chosen-ring" cx={x} cy={y} r={Math.max(r, 5) + 4} />}
        </g>
      ))}
      {drawing.labels.map(({ id, x, y, end, text }) => (
        <text key={id} class={id === o.chosen ? 'map-label chosen' : 'map-label'} x={x} y={y} text-anchor={end ? 'end' : 'start'}>
          {text}
        </text>
      ))}
      {bar !== null && (
        <g class="bar">
          <path d={`M12 ${o.height - 16}v5h${bar.pixels}v-5`} />
          <text x={12 + bar.pixels + 6} y={o.height - 9}>
            {length}
          </text>
        </g>
      )}
    </svg>
  )
}

function Legend({ drawing, words, figures, group }: MapProps & { drawing: MapDrawing }) {
  const steps = Array.from({ length: STEPS }, (_, i) => i)
  const sign = (state: 'value' | 'few' | 'unknown', text: string) => (
    <li>
      <svg width="14" height="14" aria-hidden="true" focusable="false">
        <Mark x={7} y={7} r={4} state={state} value={0} step={0} />
      </svg>
      {text}
    </li>
  )
  return (
    <ul class="legend" aria-label={words.map.legend}>
      <li title={words.map.size}>
        {figures.number(drawing.range.low)}
        <svg class="scale" width={STEPS * 10} height="10" aria-hidden="true" focusable="false">
          {steps.map((i) => (
            <rect key={i} class={`step-${i}`} x={i * 10} width="10" height="10" />
          ))}
        </svg>
        {figures.number(drawing.range.high)}
      </li>
      {group === null && sign('value', words.map.zero)}
      {group !== null && sign('few', words.map.suppressed)}
      {sign('unknown', words.map.unknown)}
    </ul>
  )
}
