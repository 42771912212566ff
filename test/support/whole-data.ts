import type { Row } from '@commonstream/fleet'
import type { Stream } from '@commonstream/schemas'
import { type DataSource, END, HOUR } from './data-source.ts'
import { type Published, published } from './published-streams.ts'
import { addHours, addSensors, addUplinks, feature } from './whole-city.ts'
import { cellsOf, SOURCES, textsOf } from './whole-files.ts'
import { expectedFrames, type Frame, framesOf } from './whole-frames.ts'
import { HOURS, placesOf } from './whole-history.ts'
import { DEVICES, expectedUplinks, type Uplink, uplinksOf } from './whole-uplinks.ts'

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
  /** For people. */
  readonly note: string
}

/** What a folder has besides files of rows. */
interface Others {
  readonly uplinks: readonly Uplink[]
  readonly frames: readonly Frame[]
  /** Hourly counts, for the import. */
  readonly hours: readonly string[]
}

/**
 * The whole files of a folder with a city's published data (`docs/contributing.md` says which it looks for), each moved by
 * whole days to end within the last before the night does. A stream of which nothing is there has its shipped slice.
 */
export function wholeData(root: string, shipped: DataSource): DataSource {
  const streams = new Map(Object.keys(SOURCES).flatMap((stream) => movedOf(root, stream)))
  const { uplinks, frames, hours } = othersOf(root)
  const places = placesOf(hours)
  const uplinksOfStream = (stream: string) => uplinks.filter((u) => u.stream === stream)
  const isMade = (stream: string) => stream === DEVICES || stream === HOURS
  const first = [...streams.values()].reduce((earliest, { rows }) => Math.min(earliest, rows[0]?.at ?? END), shipped.clock.start + LEAD)
  return {
    notes: [
      ...Object.entries(SOURCES).map(
        ([stream, { folder }]) => streams.get(stream)?.note ?? `${stream}: nothing in ${folder}/: its shipped slice`,
      ),
      `LoRaWAN: ${uplinks.length} uplinks; S-DoT: ${frames.length} frames; hourly counts, imported: ${hours.length} files, ${places.size} places`,
    ],
    clock: { start: Math.max(END - SPAN, first) - LEAD, speed: 10_000 },
    patient,
    rowsOf: (stream) => [
      ...(streams.get(stream)?.rows ?? (isMade(stream) ? [] : shipped.rowsOf(stream))),
      ...(stream === 'environment' ? frames : uplinksOfStream(stream)).map(({ row }) => row),
    ],
    expectedOf(stream) {
      const own = streams.get(stream.name)?.expected
      if (own !== undefined) return registered(own, stream)
      const more = stream.name === 'environment' ? expectedFrames(frames) : expectedUplinks(uplinksOfStream(stream.name), stream)
      return together(isMade(stream.name) ? NOTHING : shipped.expectedOf(stream), more)
    },
    prepare(city) {
      if (uplinks.length > 0) addUplinks(city, uplinks)
      if (hours.length > 0) addHours(city, places)
      const sensors = frames.map(({ sensor, serial }) => feature(sensor, { aliases: [serial] }))
      addSensors(city, 'environment', sensors)
    },
    history: { texts: hours, places },
  }
}

/** A stream's files, moved; nothing where the folder has none. */
function movedOf(root: string, stream: string): [string, Moved][] {
  const source = SOURCES[stream] as (typeof SOURCES)[string]
  const texts = textsOf(root, source.folder, source.files)
  if (texts.length === 0) return []
  const cells = cellsOf(source, texts)
  const last = published(stream, 0, () => cells).readings.reduce((latest, { at }) => Math.max(latest, at), 0)
  // The bins are moved by weeks, of local days: an hour less, which a change of the clocks may take.
  const days = stream === 'bin-levels' ? Math.floor((LAST - HOUR - last) / (7 * DAY)) * 7 : Math.floor((LAST - last) / DAY)
  const note = `${stream}: ${texts.length} files of ${source.folder}/, ${cells.length} rows, moved by ${days} days`
  return [[stream, { rows: source.rows(texts, days), expected: published(stream, days, () => cells), note }]]
}

function othersOf(root: string): Others {
  const [uplinks] = textsOf(root, 'lorawan-fixtures', /^fixtures\.jsonl$/)
  const [frames] = textsOf(root, 'seoul-sdot', /^wire-frames\.jsonl$/)
  return {
    uplinks: uplinks === undefined ? [] : uplinksOf(uplinks, LAST),
    frames: frames === undefined ? [] : framesOf(frames, LAST),
    hours: textsOf(root, 'melbourne-pedestrian-hourly', /^[A-Z][a-z]+_\d{4}\.csv$/),
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
