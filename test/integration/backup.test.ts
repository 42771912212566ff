import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { backup, restore } from '@commonstream/backup'
import { loadCity } from '@commonstream/schemas'
import { afterAll, expect, test } from 'vitest'
import { useStack } from '../support/stack-hooks.ts'

const stack = useStack({ services: ['apply'], clock: '2023-06-05T00:00:00Z@1' })
const folder = mkdtempSync(path.join(os.tmpdir(), 'city-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function windows(): Promise<unknown> {
  const query =
    'SELECT count() AS n, sum(direction_1_sum) AS sum, groupBitXor(cityHash64(*)) AS hash FROM city.pedestrian_counts_windows FINAL'
  return (await stack().store.query({ query, format: 'JSONEachRow' })).json()
}

test('what was backed up comes back as it was, keys are not in it, and a damaged file is refused', async () => {
  const schemas = stack().env()['CITY_SCHEMAS'] as string
  const city = await loadCity(schemas)
  const store = stack().store
  await store.command({
    query: `INSERT INTO city.pedestrian_counts_windows SELECT toDateTime('2023-06-05 00:00:00') + 900 * (number % 96), 900, toString(number % 73), 0, 'ok', 'closed', 1, 1, 2.8, NULL, NULL, number % 40, NULL, number % 30 FROM numbers(7008)`,
  })
  await store.command({
    query:
      "INSERT INTO city.ledger (stream, partition, chunk, version, last, complete, keys) VALUES ('pedestrian-counts', 0, 0, 21, 10, true, '{}')",
  })
  const before = await windows()
  const dir = path.join(folder, 'first')
  const o = { store, city, schemas, dir, now: Date.now, say: () => {} }
  const manifest = await backup(o)
  expect(manifest.tables.find((t) => t.table === 'pedestrian_counts_windows')?.rows).toBe(73 * 96)
  expect(readdirSync(dir, { recursive: true }).filter((file) => /key|token|partials|readings/.test(String(file)))).toEqual([])
  expect(readdirSync(path.join(dir, 'contracts')).sort()).toEqual(['city.yaml', 'streams', 'topics'])
  await expect(backup(o)).rejects.toMatchObject({ code: 'NOT_EMPTY' })

  for (const table of ['pedestrian_counts_windows', 'ledger']) await store.command({ query: `TRUNCATE TABLE city.${table}` })
  await restore(o)
  await restore(o) // twice is once
  expect(await windows()).toEqual(before)
  expect(await (await store.query({ query: 'SELECT last FROM city.ledger FINAL', format: 'JSONEachRow' })).json()).toEqual([{ last: 10 }])

  writeFileSync(path.join(dir, 'tables', 'ledger.parquet'), 'x')
  await expect(restore(o)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
})
