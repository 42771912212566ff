import type { ReadingState } from '../view/reading.ts'

/**
 * The mark of a sensor: a filled circle for a figure, an open one for zero, a small hatched one where the figure is
 * held back, a cross where nothing is known: shapes, so that nobody depends on colours.
 */
export function Mark(o: { x: number; y: number; r: number; state: ReadingState; value: number | null; step: number }) {
  const { x, y, r } = o
  if (o.state === 'unknown') {
    const d = 3.5
    return <path class="mark-unknown" d={`M${x - d} ${y - d}L${x + d} ${y + d}M${x - d} ${y + d}L${x + d} ${y - d}`} />
  }
  if (o.state === 'few') return <circle class="mark-few" cx={x} cy={y} r={4.5} fill="url(#hatch)" />
  if (o.value === 0) return <circle class="mark-zero" cx={x} cy={y} r={4} />
  return <circle class={`mark step-${o.step}`} cx={x} cy={y} r={r} />
}

/** The hatching that marks share; once per page. */
export function Hatch() {
  return (
    <svg class="unseen" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="4" height="4" />
          <rect class="hatch-line" width="1.6" height="4" />
        </pattern>
      </defs>
    </svg>
  )
}
