/** Numbers, times and spans as people of one language read them, in the city's zone. */
export interface Figures {
  readonly zone: string
  number(value: number, digits?: number): string
  /** `07:45` */
  time(instant: number): string
  /** `Monday, 5 June 2023` */
  day(instant: number): string
  /** `5 June 2023` */
  longDate(instant: number): string
  /** `5 Jun` */
  date(instant: number): string
  /** `5 June, 07:45` */
  moment(instant: number): string
  /** `07:30–07:45`, with the date where it is not one day. */
  span(from: number, to: number): string
  /** `7 May – 5 June 2023`, both days included. */
  dates(first: number, last: number): string
  /** `3 minutes ago`; below five seconds null: say "just now". */
  ago(ms: number): string | null
  /** `3 minutes` */
  lasting(ms: number): string
  /** `15 minutes`, `1 hour`: a length that is whole in its largest unit. */
  step(ms: number): string
  /** Compares texts as this language sorts them. */
  compare(a: string, b: string): number
}

type Unit = 'second' | 'minute' | 'hour' | 'day'

const UNITS: readonly (readonly [Unit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
]

/** The coarsest unit of which at least two fit (or one second), and how many: 90 s are 90 seconds, 150 min are 2 hours. */
export function coarse(ms: number): { unit: Unit; count: number } {
  for (const [unit, size] of UNITS) {
    if (ms >= 2 * size || unit === 'second') return { unit, count: Math.max(1, Math.floor(ms / size)) }
  }
  return { unit: 'second', count: 1 }
}

/** @param language BCP 47 · @param zone IANA */
export function createFigures(language: string, zone: string): Figures {
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options })
  const time = dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = dates({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const date = dates({ day: 'numeric', month: 'short' })
  const long = dates({ day: 'numeric', month: 'long', year: 'numeric' })
  const moment = dates({ day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  const numbers = new Map<number, Intl.NumberFormat>()
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' })
  const numberOf = (digits: number) => {
    const made = numbers.get(digits) ?? new Intl.NumberFormat(language, { maximumFractionDigits: digits })
    numbers.set(digits, made)
    return made
  }
  return {
    zone,
    number: (value, digits = 0) => numberOf(digits).format(value),
    time: (instant) => time.format(instant),
    day: (instant) => day.format(instant),
    longDate: (instant) => long.format(instant),
    date: (instant) => date.format(instant),
    moment: (instant) => moment.format(instant),
    span: (from, to) =>
      date.format(from) === date.format(to - 1)
        ? `${time.format(from)}–${time.format(to)}`
        : `${moment.format(from)} – ${moment.format(to)}`,
    dates: (first, last) => long.formatRange(first, last),
    ago(ms) {
      if (ms < 5000) return null
      const { unit, count } = coarse(ms)
      return relative.format(-count, unit)
    },
    lasting(ms) {
      const { unit, count } = coarse(ms)
      return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
    },
    step(ms) {
      const [unit, size] = UNITS.find(([, length]) => ms % length === 0) ?? ['second', 1000]
      return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(ms / size)
    },
    compare: collator.compare,
  }
}
