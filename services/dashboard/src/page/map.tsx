import { type Circle, drawMap, type MapDrawing } from '../view/map.ts'
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
  const height = Math.round(Math.min(520, Math.max(280, width * 0.85)))
  const drawing = width === 0 ? null : drawMap(o.sensors, o.chosen, { width, height })
  return (
    <section class="card map" aria-labelledby="map-title">
      <h2 id="map-title">{o.words.map.title}</h2>
      <div class="map-ground" ref={ref}>
        {drawing !== null && <Circles {...o} drawing={drawing} width={width} height={height} />}
      </div>
      {drawing !== null && <Legend {...o} drawing={drawing} />}
    </section>
  )
}

function Circles(o: MapProps & { drawing: MapDrawing; width: number; height: number }) {
  const { drawing, words, figures, width, height } = o
  const { bar, ground, placeless } = drawing
  const all = [...drawing.circles, ...placeless]
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={words.map.label(figures.number(all.length))}
    >
      {bar !== null && <path class="graticule" d={graticule(bar.pixels, width, ground)} />}
      {placeless.length > 0 && <rect class="strip" y={ground} width={width} height={height - ground} />}
      {placeless.length > 0 && (
        <text class="map-label" x="12" y={ground + 18}>
          {words.map.placeless(placeless.length, figures.number(placeless.length))}
        </text>
      )}
      {all.map((circle) => (
        <Spot key={circle.id} {...o} circle={circle} />
      ))}
      {drawing.labels.map(({ id, x, y, end, text }) => (
        <text key={id} class={id === o.chosen ? 'map-label chosen' : 'map-label'} x={x} y={y} text-anchor={end ? 'end' : 'start'}>
          {text}
        </text>
      ))}
      {bar !== null && <Bar bar={bar} bottom={ground} words={words} figures={figures} />}
    </svg>
  )
}

function Spot(o: MapProps & { circle: Circle }) {
  const { id, x, y, r, step, sensor } = o.circle
  return (
    <g class="spot" data-sensor={id} data-state={sensor.state} onClick={() => o.onChoose(id)}>
      <title>{`${sensor.name}: ${stateText(sensor, o.measure, o.group, o.words, o.figures)}`}</title>
      <circle class="target" cx={x} cy={y} r={Math.max(r, 11)} />
      <Mark x={x} y={y} r={r} state={sensor.state} value={sensor.value} step={step} />
      {id === o.chosen && <circle class="chosen-ring" cx={x} cy={y} r={Math.max(r, 5) + 4} />}
    </g>
  )
}

function Bar({ bar, bottom, words, figures }: { bar: { metres: number; pixels: number }; bottom: number; words: Words; figures: Figures }) {
  const { metres, pixels } = bar
  return (
    <g class="bar">
      <path d={`M12 ${bottom - 16}v5h${pixels}v-5`} />
      <text x={12 + pixels + 6} y={bottom - 9}>
        {metres >= 1000 ? words.map.kilometres(figures.number(metres / 1000)) : words.map.metres(figures.number(metres))}
      </text>
    </g>
  )
}

/** Lines as far apart as the scale bar is long. */
function graticule(step: number, width: number, height: number): string {
  const lines = (length: number) => Array.from({ length: Math.ceil(length / step) }, (_, i) => Math.round((i + 0.5) * step) + 0.5)
  return [...lines(width).map((x) => `M${x} 0V${height}`), ...lines(height).map((y) => `M0 ${y}H${width}`)].join('')
}

function Legend({ drawing, sensors, words, figures, group }: MapProps & { drawing: MapDrawing }) {
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
      {sensors.some((s) => s.value !== null) && (
        <li title={words.map.size}>
          {figures.number(drawing.range.low)}
          <svg class="scale" width={STEPS * 10} height="10" aria-hidden="true" focusable="false">
            {steps.map((i) => (
              <rect key={i} class={`step-${i}`} x={i * 10} width="10" height="10" />
            ))}
          </svg>
          {figures.number(drawing.range.high)}
        </li>
      )}
      {group === null && sign('value', words.map.zero)}
      {group !== null && sign('few', words.map.suppressed)}
      {sign('unknown', words.map.unknown)}
    </ul>
  )
}
