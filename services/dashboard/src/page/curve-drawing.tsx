import type { Drawing, Frame, Line } from '../view/curve.ts'
import type { CurveProps } from './curve.tsx'

const LANE = 8

/** A laid-out curve as SVG; `pointer` is a place in its pixels, or null. */
export function CurveDrawing(o: CurveProps & { drawing: Drawing; label: string; pointer: number | null }) {
  const { drawing, figures, words } = o
  const { frame } = drawing
  const hourly = o.choice.range === 'day'
  const inside = o.pointer !== null && o.pointer >= frame.left && o.pointer <= frame.right
  return (
    <svg width={frame.width} height={frame.height} viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={o.label}>
      {drawing.yTicks.map(({ y, value }) => (
        <g key={value} class="axis">
          <path class={value === 0 ? 'base' : 'grid-line'} d={`M${frame.left} ${y}H${frame.right}`} />
          <text x={frame.left - 6} y={y + 4} text-anchor="end">
            {figures.number(value, 1)}
          </text>
        </g>
      ))}
      {drawing.xTicks.map(({ x, at }) => (
        <g key={at} class="axis">
          <path class="tick" d={`M${x} ${frame.bottom}v4`} />
          <text x={x} y={frame.height - 6} text-anchor={x > frame.right - 4 ? 'end' : 'middle'}>
            {hourly ? figures.time(at) : figures.date(at)}
          </text>
        </g>
      ))}
      {drawing.lane.map(({ x, width, kind }) => (
        <rect key={x} class={`lane-${kind}`} x={x} y={frame.bottom + 6} width={Math.max(1, width)} height={LANE} />
      ))}
      <Series line={drawing.others} kind="others" />
      <Series line={drawing.own} kind="own" />
      {inside && <path class="pointer" d={`M${o.pointer} ${frame.top}V${frame.bottom}`} />}
      <Labels
        own={drawing.own}
        others={drawing.others}
        frame={frame}
        name={o.name}
        average={words.curve.othersShort}
        figure={(v) => figures.number(v, v < 10 ? 1 : 0)}
      />
    </svg>
  )
}

function Series({ line, kind }: { line: Line; kind: 'own' | 'others' }) {
  return (
    <g class={`series ${kind}`}>
      {line.band !== '' && <path class="band" d={line.band} />}
      {line.path !== '' && <path class="line" d={line.path} />}
      {line.dots.map(({ x, y }) => (
        <circle key={x} class="dot" cx={x} cy={y} r={2.5} />
      ))}
      {line.end !== null && <circle class="end" cx={line.end.x} cy={line.end.y} r={3.5} />}
    </g>
  )
}

/**
 * Each line is named at its end. Where the drawing ends too, the own name stands above the curve and the other above
 * its line; two names that would touch are moved apart.
 */
function Labels(o: { own: Line; others: Line; frame: Frame; name: string; average: string; figure: (value: number) => string }) {
  const { own, others, frame } = o
  const name = o.name.length > 22 ? `${o.name.slice(0, 21)}…` : o.name
  const near = own.end !== null && others.end !== null && Math.abs(own.end.y - others.end.y) < 18
  const ownAbove = (own.end?.y ?? 0) <= (others.end?.y ?? 0)
  const label = (kind: 'own' | 'others', end: Line['end'], text: string, edge: number) => {
    if (end === null) return null
    const fits = end.x + 10 + text.length * 7.5 < frame.right
    const shift = near ? ((kind === 'own') === ownAbove ? -9 : 9) : 0
    return (
      <text
        class={`label ${kind}`}
        x={fits ? end.x + 8 : frame.right}
        y={fits ? end.y + 4 + shift : edge}
        text-anchor={fits ? 'start' : 'end'}
      >
        {text}
      </text>
    )
  }
  return (
    <>
      {label('own', own.end, `${name} ${o.figure(own.end?.value ?? 0)}`, frame.top - 12)}
      {label('others', others.end, `${o.average} ${o.figure(others.end?.value ?? 0)}`, Math.max(frame.top + 8, (others.end?.y ?? 0) - 12))}
    </>
  )
}
