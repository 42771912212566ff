import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import {
  bikeSharePolls,
  bikeShareRows,
  binRows,
  collectionRows,
  microclimateRows,
  parkingRows,
  pedestrianRows,
  type Row,
  trafficRows,
} from '@commonstream/fleet'
import { parse } from 'csv-parse/sync'
import type { Cells } from './published-streams.ts'

// Whole published files, as a city's folder has them: what is sent of them (by the fleet's readers) and, read a second
// time, their cells (for expected results).

interface Source {
  readonly folder: string
  readonly files: RegExp
  /** What is sent, moved by whole days. */
  readonly rows: (texts: readonly string[], days: number) => Row[]
  /** The same file's cells; as CSV unless said. */
  readonly cells?: (texts: readonly string[]) => Cells[]
}

const csv = (texts: readonly string[]): Cells[] =>
  texts.flatMap((text, i) =>
    parse<Cells>(text, { columns: true, bom: true, skip_empty_lines: true }).map((row) => ({ ...row, file: String(i) })),
  )
const each = (read: (text: string, days: number) => Row[]) => (texts: readonly string[], days: number) =>
  texts.flatMap((text) => read(text, days)).toSorted((a, b) => a.at - b.at)

/** The folders of published files, by stream; `docs/contributing.md` lists them. */
export const SOURCES: Readonly<Record<string, Source>> = {
  'pedestrian-counts': { folder: 'melbourne-pedestrian-minute', files: /\.csv$/, rows: each(pedestrianRows) },
  'bin-levels': {
    folder: 'wyndham-smart-bins',
    files: /\.(csv|txt)$/,
    rows: (texts, days) => binRows(binsText(binsOf(texts)), days / 7),
    cells: binsOf,
  },
  'bike-share': {
    folder: 'ecobici-gbfs',
    files: /^station_status.*\.json$/,
    rows: (texts, days) => bikeShareRows(bikeSharePolls(texts), days),
    cells: stationsOf,
  },
  'bin-collections': { folder: 'edinburgh-enevo-bins', files: /\.csv$/, rows: each(collectionRows) },
  microclimate: { folder: 'melbourne-microclimate', files: /\.csv$/, rows: each(microclimateRows) },
  'parking-bays': { folder: 'melbourne-parking-bays', files: /\.csv$/, rows: each(parkingRows) },
  'traffic-counts': { folder: 'aarhus-traffic', files: /^realtime.*\.csv$/, rows: each(trafficRows) },
}

/** The texts of a source's files, in order of name; none where the folder does not have them. */
export function textsOf(root: string, folder: string, files: RegExp): string[] {
  const dir = path.join(root, folder)
  if (!existsSync(dir)) return []
  const names = readdirSync(dir).filter((name) => files.test(name))
  return names.sort().map((name) => readFileSync(path.join(dir, name), 'utf8'))
}

export function cellsOf({ cells = csv }: Source, texts: readonly string[]): Cells[] {
  return cells(texts)
}

/**
 * The bins by their public number, which is the place of the serial number among those of the CSV; another bin has the
 * next number, which the register does not know. A piece of the raw feed (GeoJSON features) is there twice, as it was delivered.
 */
function binsOf(texts: readonly string[]): Cells[] {
  const rows = csv(texts.filter((text) => !isFeed(text)))
  const feed = texts.filter(isFeed).flatMap(featuresOf)
  const serials = [...new Set(rows.map((row) => Number(row['serialNumber'])))].sort((a, b) => a - b)
  return [...rows, ...feed, ...feed].map(({ timestamp = '', latestFullness = '', serialNumber }) => {
    const place = serials.indexOf(Number(serialNumber))
    return { timestamp, latestFullness, bin: String((place === -1 ? serials.length : place) + 1) }
  })
}

const isFeed = (text: string) => text.trimStart().startsWith('{')

/** What the fragment of a feed says: it is no document, only features one after the other. */
function featuresOf(text: string): Cells[] {
  return [...text.matchAll(/"properties"\s*:\s*(\{[^{}]*\})/g)].map(([, object = '{}']) =>
    Object.fromEntries(Object.entries(JSON.parse(object) as Record<string, unknown>).map(([name, value]) => [name, String(value)])),
  )
}

function binsText(rows: readonly Cells[]): string {
  return ['timestamp,bin,latestFullness', ...rows.map((r) => `${r['timestamp']},${r['bin']},${r['latestFullness']}`)].join('\n')
}

/** The stations of every poll that is one: among the files is an error page that was kept as a poll. */
function stationsOf(texts: readonly string[]): Cells[] {
  return texts
    .filter((text) => text.startsWith('{'))
    .flatMap((text) => {
      const { last_updated, data } = JSON.parse(text) as { last_updated: number; data: { stations: Record<string, unknown>[] } }
      return data.stations.map((station) => ({
        ...Object.fromEntries(Object.entries(station).map(([name, value]) => [name, String(value)])),
        last_updated: String(last_updated),
      }))
    })
}
