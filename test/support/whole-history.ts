import { parse } from 'csv-parse/sync'
import type { Cells } from './published-streams.ts'

// Years of hourly counts, a column per place, for `make import`: what the stream's folder needs of them, and what must
// stand in its windows.

/** The stream that takes them: that of the counters is protected, and takes no import. */
export const HOURS = 'pedestrian-hours'

const HOUR = 3_600_000
const ZONE = 'Australia/Melbourne'

/** The places of hourly files, in order of name, by the id that their sensor has here. */
export function placesOf(texts: readonly string[]): Map<string, string> {
  const names = new Set(texts.flatMap((text) => Object.keys(rowsOf(text)[0] ?? {})).filter((name) => name !== 'Date' && name !== 'Hour'))
  return new Map([...names].sort().map((name, i) => [name, `place-${String(i + 1).padStart(3, '0')}`]))
}

/** The mapping of `make import`. */
export function hoursMapping(places: ReadonlyMap<string, string>): string {
  return `time: { date: Date, hour: Hour }\nwide: pedestrians\nwindow: PT1H\nmissing: ["", na, undefined]\nsensors: ${JSON.stringify(Object.fromEntries(places))}\n`
}

/** What was counted, by `<sensor>|<start>`; hours that the clock showed twice or not at all are no hour that is known. */
export function expectedHours(text: string, places: ReadonlyMap<string, string>): { hours: Map<string, number>; leftOut: number } {
  const hours = new Map<string, number>()
  let leftOut = 0
  for (const row of rowsOf(text)) {
    const [day, month, year] = (row['Date'] as string).split('/')
    const local = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${String(row['Hour']).padStart(2, '0')}:00`)
    const start = instantOf(local)
    for (const [name, sensor] of places) {
      const cell = row[name] ?? ''
      if (!/^\d+$/.test(cell)) continue
      if (start === null) leftOut++
      else hours.set(`${sensor}|${start}`, Number(cell))
    }
  }
  return { hours, leftOut }
}

/** An hour of the wall clock, if there is one such and no other. */
function instantOf(local: Temporal.PlainDateTime): number | null {
  const [earlier, later] = (['earlier', 'later'] as const).map(
    (disambiguation) => local.toZonedDateTime(ZONE, { disambiguation }).epochMilliseconds,
  )
  return earlier === later && (earlier as number) % HOUR === 0 ? (earlier as number) : null
}

function rowsOf(text: string): Cells[] {
  return parse<Cells>(text, { columns: true, bom: true, skip_empty_lines: true })
}
