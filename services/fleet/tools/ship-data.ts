/**
 * Makes the shipped data from the cities' published files: keeps the columns that are needed and, of the larger files,
 * the days that are shown, and puts a bin's public number in place of its serial number.
 *
 *   node services/fleet/tools/ship-data.ts <folder of the published files>
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { PUBLISHED, shippedForm } from '../src/rows/published.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node services/fleet/tools/ship-data.ts <folder of the published files>')
  process.exit(2)
}
for (const [name, files] of Object.entries(PUBLISHED)) {
  const text = shippedForm(
    name,
    files.map((file) => readFileSync(path.join(folder, file), 'utf8')),
  )
  writeFileSync(new URL(`../data/${name}.csv.gz`, import.meta.url), gzipSync(text, { level: 9 }))
  console.log(`${name}: ${text.trimEnd().split('\n').length - 1} rows`)
}
