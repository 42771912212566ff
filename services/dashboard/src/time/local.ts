/** Local calendar arithmetic on epoch milliseconds, by the browser's own zone data. A day is 23, 24 or 25 hours long. */

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(zone, made)
  return made
}

/** The wall clock at an instant, as if it were UTC (epoch ms). */
function wallOf(instant: number, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = Number(value)
  const whole = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0, part.second ?? 0)
  return whole + (((instant % 1000) + 1000) % 1000)
}

/** The instant at which the wall clock first shows `wall`; where a clock change skips it, the instant of the change's end. */
function instantOf(wall: number, zone: string): number {
  const offsets = [wall - 86_400_000, wall + 86_400_000].map((t) => wallOf(t, zone) - t)
  const fitting = offsets.map((offset) => wall - offset).filter((t) => wallOf(t, zone) === wall)
  if (fitting.length > 0) return Math.min(...fitting)
  return wall - Math.min(...offsets)
}

/** The local date of an instant, `YYYY-MM-DD`. */
export function dateOf(instant: number, zone: string): string {
  return new Date(wallOf(instant, zone)).toISOString().slice(0, 10)
}

/** The local hour (0 to 23) and minute of an instant. */
export function clockOf(instant: number, zone: string): { hour: number; minute: number } {
  const wall = new Date(wallOf(instant, zone))
  return { hour: wall.getUTCHours(), minute: wall.getUTCMinutes() }
}

/** `date` (`YYYY-MM-DD`) moved by whole calendar days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The instant at which a local date begins (epoch ms). */
export function startOf(date: string, zone: string): number {
  return instantOf(Date.parse(`${date}T00:00:00Z`), zone)
}
