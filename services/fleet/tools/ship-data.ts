/**
 * Makes the shipped data from the cities' published files: keeps the columns that are needed and, for the bins, the days
 * that are shown, and puts the bin's public number in place of its serial number.
 *
 *   node services/fleet/tools/ship-data.ts <pedestrian file> <bins file>
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { shipBins, shipPedestrians } from '../src/rows/ship.ts'

const [pedestrians, bins] = process.argv.slice(2)
if (pedestrians === undefined || bins === undefined) {
  console.error('usage: node services/fleet/tools/ship-data.ts <pedestrian file> <bins file>')
  process.exit(2)
}
const write = (name: string, text: string): void => {
  const file = new URL(`../data/${name}.csv.gz`, import.meta.url)
  writeFileSync(file, gzipSync(text, { level: 9 }))
  console.log(`${name}: ${text.trimEnd().split('\n').length - 1} rows`)
}
write('pedestrian-counts', shipPedestrians(readFileSync(pedestrians, 'utf8')))
write('bin-levels', shipBins(readFileSync(bins, 'utf8')))
