import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { importFile } from '@commonstream/import'
import { createKafka, createLog } from '@commonstream/runtime'
import type { City } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import type { DataSource } from './data-source.ts'
import { differences } from './oracle.ts'
import type { TestStack } from './stack.ts'
import { expectedHours, HOURS, hoursMapping } from './whole-history.ts'

/** Imports files of hourly counts, at their own dates, and gives where what stands then differs from what they say. */
export async function importDifferences(stack: TestStack, city: City, { texts, places }: DataSource['history']): Promise<string[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'city-hours-'))
  const kafka = createKafka(stack.brokers, 'import-hours', createLog('test', 'silent'))
  const mapping = path.join(folder, 'mapping.yaml')
  writeFileSync(mapping, hoursMapping(places))
  const want = new Map<string, number>()
  try {
    for (const [i, text] of texts.entries()) {
      const file = path.join(folder, `${i}.csv`)
      writeFileSync(file, text)
      const { hours, leftOut } = expectedHours(text, places)
      for (const [key, count] of hours) want.set(key, count)
      const options = { city, stream: HOURS, file, mapping, dataDir: folder, kafka, store: stack.store, now: Date.now() }
      const outcome = await importFile({ ...options, dryRun: false, again: false, say: () => {} })
      const reasons = Object.fromEntries(outcome.leftOut)
      console.log(`${HOURS}: ${outcome.rows} rows, ${outcome.windows} hours imported, left out: ${JSON.stringify(reasons)}`)
      const unsure = (reasons['ambiguous'] ?? 0) + (reasons['missing'] ?? 0)
      if (unsure !== leftOut) return [`file ${i}: ${unsure} hours were left out because of the clock, not ${leftOut}`]
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rows = await storeRows<{ sensor: string; start: number | string; n: number | string }>(
    stack,
    "SELECT sensor, toUnixTimestamp(window) * 1000 AS start, pedestrians_sum AS n FROM city.pedestrian_hours_windows FINAL WHERE origin = 'imported'",
  )
  return differences(want, new Map(rows.map((r) => [`${r.sensor}|${Number(r.start)}`, Number(r.n)] as const))).slice(0, 5)
}
