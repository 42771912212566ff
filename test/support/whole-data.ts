import type { Row } from '@commonstream/fleet'
import type { Stream } from '@commonstream/schemas'
import { type DataSource, END, HOUR } from './data-source.ts'
import { type Published, published } from './published-streams.ts'
import { addHours, addSensors, addUplinks, feature } from './whole-city.ts'
import { cellsOf, SOURCES, textsOf } from './whole-files.ts'
import { expectedFrames, framesOf } from './whole-frames.ts'
import { HOURS, placesOf } from './whole-history.ts'
import { DEVICES, expectedUplinks, uplinksOf } from './whole-uplinks.ts'

const DAY = 24 * HOUR

/** Nothing of the folder is later. */
const LAST = END - HOUR / 2

/** The clock goes through so much; what is older is sent at its start, as what a city still had lying about. */
const SPAN = 34 * DAY
/** In which the services start. */
const LEAD = 4 * DAY

interface Moved {
  readonly rows: readonly Row[]
  readonly expected: Published
}

/**
 * The whole files of a folder with a city's published data (`docs/contributing.md` says which it looks for), each moved by
 * whole days to end within the last before the night does. A stream of which nothing is there has its shipped slice.
 */
export function wholeData(root: string, shipped: DataSource): DataSource {
  const notes: string[] = []
  const streams = new Map<string, Moved>()
  for (const [stream, source] of Object.entries(SOURCES)) {
    const texts = textsOf(root, source.folder, source.files)
    if (texts.length === 0) {
      notes.push(`${stream}: nothing in ${source.folder}/: its shipped slice is replayed`)
      continue
    }
    const cells = cellsOf(source, texts)
    const still = published(stream, 0, () => cells)
    const last = still.readings.reduce((latest, { at }) => Math.max(latest, at), 0)
    // The bins are moved by weeks, of local days: an hour less, which a change of the clocks may take.
    const days = stream === 'bin-levels' ? Math.floor((LAST - HOUR - last) / (7 * DAY)) * 7 : Math.floor((LAST - last) / DAY)
    streams.set(stream, { rows: source.rows(texts, days), expected: published(stream, days, () => cells) })
    notes.push(`${stream}: ${texts.length} files of ${source.folder}/, ${cells.length} rows, moved by ${days} days`)
  }
  const [uplinkText] = textsOf(root, 'lorawan-fixtures', /^fixtures\.jsonl$/)
  const uplinks = uplinkText === undefined ? [] : uplinksOf(uplinkText, LAST)
  notes.push(`LoRaWAN: ${uplinks.length} uplinks, each moved to the last day`)
  const [frameText] = textsOf(root, 'seoul-sdot', /^wire-frames\.jsonl$/)
  const frames = frameText === undefined ? [] : framesOf(frameText, LAST)
  notes.push(`S-DoT: ${frames.length} frames, each moved to the last day`)
  const hours = textsOf(root, 'melbourne-pedestrian-hourly', /^[A-Z][a-z]+_\d{4}\.csv$/)
  const places = placesOf(hours)
  notes.push(`hourly counts: ${hours.length} files for the import, ${places.size} places`)
  const added = (stream: string): readonly Row[] =>
    stream === 'environment' ? frames.map(({ row }) => row) : uplinks.filter((u) => u.stream === stream).map(({ row }) => row)
  const start = Math.max(END - SPAN, Math.min(...[...streams.values()].flatMap(({ rows }) => rows[0]?.at ?? END))) - LEAD
  return {
    notes,
    clock: { start, speed: 10_000 },
    patient,
    rowsOf: (stream) => [
      ...(streams.get(stream)?.rows ?? ([DEVICES, HOURS].includes(stream) ? [] : shipped.rowsOf(stream))),
      ...added(stream),
    ],
    expectedOf(stream) {
      const own = streams.get(stream.name)?.expected
      if (own !== undefined) return registered(own, stream)
      const made = [DEVICES, HOURS].includes(stream.name) ? NOTHING : shipped.expectedOf(stream)
      const more =
        stream.name === 'environment'
          ? expectedFrames(frames)
          : expectedUplinks(
              uplinks.filter((u) => u.stream === stream.name),
              stream,
            )
      return together(made, more)
    },
    prepare(city) {
      if (uplinks.length > 0) addUplinks(city, uplinks)
      if (hours.length > 0) addHours(city, places)
      addSensors(
        city,
        'environment',
        frames.map(({ sensor, serial }) => feature(sensor, { aliases: [serial] })),
      )
    },
    history: { texts: hours, places },
  }
}

/** Two days there are 16 s here, for what falls behind. Of the bins what is years old is taken in too, all of it late. */
function patient(contract: string, stream: string): string {
  const text = contract
    .replace(/lateness: \w+/, 'lateness: PT44H')
    .replace(/behind: \w+/, stream === 'bin-levels' ? 'behind: P5Y' : 'behind: P14D')
  return stream === 'pedestrian-counts' ? text : text.replace(/partials: \w+/, 'partials: P60D')
}

/** Of sensors that the register does not know nothing is stored. */
function registered({ readings, refused }: Published, { sensors }: Stream): Published {
  const ids = new Set(sensors.map(({ id }) => id))
  const known = readings.filter(({ sensor }) => ids.has(sensor))
  return { readings: known, refused: { ...refused, unregistered: readings.length - known.length } }
}

const NOTHING: Published = { readings: [], refused: {} }

function together(a: Published, b: Published): Published {
  const reasons = new Set([...Object.keys(a.refused), ...Object.keys(b.refused)])
  const refused = Object.fromEntries([...reasons].map((reason) => [reason, (a.refused[reason] ?? 0) + (b.refused[reason] ?? 0)]))
  return { readings: [...a.readings, ...b.readings], refused, ahead: [...(a.ahead ?? []), ...(b.ahead ?? [])] }
}
