import type { Drawing, Line } from '../view/curve.ts'
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
        right={frame.right}
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

/** Each line is named at its end; two names that would touch are moved apart. */
function Labels(o: { own: Line; others: Line; right: number; name: string; average: string; figure: (value: number) => string }) {
  const short = o.name.length > 22 ? `${o.name.slice(0, 21)}…` : o.name
  const labels = [
    { kind: 'own', end: o.own.end, text: short },
    { kind: 'others', end: o.others.end, text: o.average },
  ].flatMap(({ kind, end, text }) => (end === null ? [] : [{ kind, x: end.x, y: end.y, text: `${text} ${o.figure(end.value)}` }]))
  const [first, second] = labels
  const near = first !== undefined && second !== undefined && Math.abs(first.y - second.y) < 18
  return (
    <>
      {labels.map(({ kind, x, y, text }, i) => {
        const fits = x + 10 + text.length * 7.5 < o.right
        const above = near && (i === 0) === (first?.y ?? 0) <= (second?.y ?? 0)
        const shift = fits ? (near ? (above ? -9 : 9) : 0) : above || !near ? -12 : 20
        return (
          <text
            key={kind}
            class={`label ${kind}`}
            x={fits ? x + 8 : o.right}
            y={Math.max(12, y + 4 + shift)}
            text-anchor={fits ? 'start' : 'end'}
          >
            {text}
          </text>
        )
      })}
    </>
  )
}
