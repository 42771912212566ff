import type { ComponentChildren } from 'preact'
import type { CurveProps } from './curve.tsx'

/** What the curve's signs mean: those that are in it, and no others. */
export function CurveKey({ own, others, words, figures }: CurveProps) {
  const newest = others?.findLast((r) => r.value !== null)
  const counted = newest?.reporting ?? newest?.expected ?? 0
  const sensors = figures.number(counted)
  const has = (state: 'few' | 'unknown') => own?.some((r) => r.state === state) ?? false
  return (
    <ul class="legend">
      {own?.some((r) => r.sd !== null) && (
        <Sign text={words.curve.noise}>
          <path class="key-noise" d="M0 6h22" />
          <path class="key-own" d="M0 6h22" />
        </Sign>
      )}
      {newest !== undefined && counted > 1 && (
        <Sign text={newest.low === null ? words.curve.average(sensors) : words.curve.averageBand(sensors)}>
          {newest.low !== null && <rect class="key-band" width="22" height="12" />}
          <path class="key-others" d="M0 6h22" />
        </Sign>
      )}
      {has('few') && (
        <Sign text={words.curve.few}>
          <rect class="lane-few" y="2" width="22" height="8" />
        </Sign>
      )}
      {has('unknown') && (
        <Sign text={words.curve.gap}>
          <rect class="lane-unknown" x="0.5" y="2" width="21" height="8" />
        </Sign>
      )}
    </ul>
  )
}

function Sign(o: { text: string; children: ComponentChildren }) {
  return (
    <li>
      <svg width="22" height="12" aria-hidden="true" focusable="false">
        {o.children}
      </svg>
      {o.text}
    </li>
  )
}
