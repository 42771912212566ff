import { type Disclosure, noiseSd, threshold } from '@commonstream/schemas'
import { noiseTail } from '@commonstream/schemas/disclosure/tail.ts'

// The figures of docs/privacy.md, computed: `node test/support/disclosure-figures.ts` prints them as they stand there.

const CELLS: readonly [atoms: number, what: string][] = [
  [1, 'one direction, one window of 15 minutes'],
  [2, 'both directions, one window'],
  [4, 'one direction, an hour'],
  [8, 'both directions, an hour'],
  [32, 'both directions, an hour, a zone of 4 sensors'],
  [96, 'one direction, a day'],
  [192, 'both directions, a day'],
  [768, 'both directions, a day, a zone of 4 sensors'],
  [14_016, 'both directions, a day, 73 sensors'],
]
const PASSAGES: readonly [count: number, who: string][] = [
  [1, 'one passage'],
  [2, 'there and back'],
  [4, 'two sensors, there and back'],
  [10, 'five sensors, there and back'],
  [40, 'one sensor, there and back, 20 working days'],
  [200, 'five sensors, there and back, 20 working days'],
]
const SHOWN = [0, 5, 9, 12, 15, 18, 20, 25, 30]

export function policyWith(epsilon: readonly [number, number]): Disclosure {
  return { policy: 1, from: 0, epsilon, group: 10, beta: [1, 100] }
}

/** Tables of markdown for ε = ½, group 10, β = 1 %. */
export function figures(): string {
  const half = policyWith([1, 2])
  return [
    table(
      ['n', 'a cell of', 'shown from τ(n)', 'noise (standard deviation)', 'noise at τ'],
      CELLS.map((cell) => cellRow(half, ...cell)),
    ),
    table(['passages in one atom', ...SHOWN.map(String)], [['chance to be shown', ...SHOWN.map((x) => percent(shownChance(half, x)))]]),
    table(
      ['what somebody does', 'passages', 'odds change by at most', 'certainty at most', 'best guesser right in'],
      PASSAGES.map(([count, who]) => passageRow(0.5, count, who)),
    ),
    table(
      ['ε', 'τ(1)', 'τ(192)', 'noise of one atom', 'odds, one passage', 'released value exact in'],
      (
        [
          [1, 4],
          [1, 2],
          [1, 1],
        ] as const
      ).map((epsilon) => epsilonRow(epsilon)),
    ),
  ].join('\n\n')
}

function cellRow(policy: Disclosure, atoms: number, what: string): string[] {
  const tau = threshold(policy, atoms)
  const sd = noiseSd(policy, atoms)
  return [String(atoms), what, String(tau), sd.toFixed(1), percent(sd / tau)]
}

/** P(x + noise ≥ τ(1)). */
export function shownChance(policy: Disclosure, x: number): number {
  const [numerator, denominator] = policy.epsilon
  return noiseTail(numerator / denominator, 1, 1e-20).at(threshold(policy, 1) - x)
}

function passageRow(epsilon: number, count: number, who: string): string[] {
  const odds = Math.exp(count * epsilon)
  return [
    who,
    String(count),
    `× ${odds < 1_000 ? odds.toPrecision(3) : odds.toExponential(1)}`,
    percent(odds / (1 + odds)),
    percent(bestGuess(epsilon, count)),
  ]
}

/**
 * How often the best guesser is right who knows everybody else's passages and asks whether one person's `count`
 * passages, in as many atoms, are in the releases or not, each being as likely. An atom speaks for it (with chance
 * p = 1/(1 + e^(−ε)) if it is so, 1 − p if not) or against it, and nothing more is in it; the majority decides.
 */
export function bestGuess(epsilon: number, count: number): number {
  const p = 1 / (1 + Math.exp(-epsilon))
  let right = 0
  let term = (1 - p) ** count // P(k of count speak for it)
  for (let k = 0; k <= count; k++) {
    right += term * (2 * k > count ? 1 : 2 * k === count ? 0.5 : 0)
    term *= ((count - k) / (k + 1)) * (p / (1 - p))
  }
  return right
}

function epsilonRow(epsilon: readonly [number, number]): string[] {
  const policy = policyWith(epsilon)
  const value = epsilon[0] / epsilon[1]
  return [
    epsilon[1] === 1 ? String(epsilon[0]) : `${epsilon[0]}/${epsilon[1]}`,
    String(threshold(policy, 1)),
    String(threshold(policy, 192)),
    noiseSd(policy).toFixed(1),
    `× ${Math.exp(value).toPrecision(3)}`,
    percent(Math.tanh(value / 2)),
  ]
}

function percent(p: number): string {
  if (p > 0.9995) return '> 99.9 %'
  return p < 0.0005 ? '< 0.1 %' : `${(100 * p).toFixed(p < 0.1 || p > 0.99 ? 1 : 0)} %`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (import.meta.main) console.log(figures())
