import { addDays, clockOf, dateOf, startOf } from '../time/local.ts'

/** Instants to mark on a time axis. `midnight`: a day begins there. */
export interface TimeTick {
  readonly at: number
  readonly midnight: boolean
}

const HALF_HOUR = 1_800_000
const DAY = 86_400_000

/**
 * Ticks of `[from, to]` in local time, at most about `count`: full hours that divide the day while the range is up to
 * two days, days (every second, third …) beyond. A skipped hour has no tick and a repeated one is marked once.
 */
export function timeTicks(from: number, to: number, zone: string, count: number): TimeTick[] {
  return to - from <= 2 * DAY ? hourTicks(from, to, zone, count) : dayTicks(from, to, zone, count)
}

function hourTicks(from: number, to: number, zone: string, count: number): TimeTick[] {
  const hours = (to - from) / 3_600_000
  const step = [1, 2, 3, 4, 6, 12].find((s) => hours / s <= count) ?? 24
  const ticks: TimeTick[] = []
  let before = ''
  for (let at = Math.ceil(from / HALF_HOUR) * HALF_HOUR; at <= to; at += HALF_HOUR) {
    const { hour, minute } = clockOf(at, zone)
    const name = `${dateOf(at, zone)} ${hour}`
    if (minute === 0 && hour % step === 0 && name !== before) {
      ticks.push({ at, midnight: hour === 0 })
      before = name
    }
  }
  return ticks
}

function dayTicks(from: number, to: number, zone: string, count: number): TimeTick[] {
  const every = Math.max(1, Math.ceil(Math.round((to - from) / DAY) / count))
  const ticks: TimeTick[] = []
  for (let date = dateOf(from, zone); startOf(date, zone) <= to; date = addDays(date, every)) {
    const at = startOf(date, zone)
    if (at >= from) ticks.push({ at, midnight: true })
  }
  return ticks
}
