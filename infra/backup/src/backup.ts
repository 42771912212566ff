import { createReadStream, createWriteStream, existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { CityError } from '@commonstream/runtime'
import type { City } from '@commonstream/schemas'
import { checkedManifest, type Manifest, sha256Of, type TableEntry } from './manifest.ts'
import { backedUp } from './tables.ts'

export interface BackupOptions {
  readonly store: ClickHouseClient
  readonly city: City
  /** The city's folder of schemas, which is copied. */
  readonly schemas: string
  readonly dir: string
  readonly now: () => number
  readonly say: (line: string) => void
}

/**
 * Writes windows, alerts, ledger and sensors as Parquet files, and the contracts, into a new folder. Rows that later
 * rows replace are left out.
 * @throws CityError `NOT_EMPTY` where the folder holds something already
 */
export async function backup(o: BackupOptions): Promise<Manifest> {
  if (existsSync(o.dir) && readdirSync(o.dir).length > 0)
    throw new CityError('NOT_EMPTY', `${o.dir} is not empty: a backup goes into a new folder`)
  await mkdir(path.join(o.dir, 'tables'), { recursive: true, mode: 0o700 })
  const tables: TableEntry[] = []
  for (const table of backedUp(o.city)) {
    const file = path.join('tables', `${table}.parquet`)
    const { stream } = await o.store.exec({ query: `SELECT * FROM city.${table} FINAL FORMAT Parquet` })
    await pipeline(stream, createWriteStream(path.join(o.dir, file), { mode: 0o600 }))
    const rows = await count(o.store, table)
    tables.push({ table, file, rows, sha256: await sha256Of(path.join(o.dir, file)) })
    o.say(`${table}: ${rows} rows`)
  }
  for (const entry of ['city.yaml', 'streams', 'topics'])
    await cp(path.join(o.schemas, entry), path.join(o.dir, 'contracts', entry), { recursive: true })
  const manifest: Manifest = { format: 1, city: o.city.name, made: new Date(o.now()).toISOString(), tables }
  await writeFile(path.join(o.dir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}

/**
 * Inserts a backup's rows into a store whose tables exist (`make apply`). Rows that are there already are replaced by
 * their equals; nothing is removed.
 * @throws CityError `BACKUP_DAMAGED`, `NO_TABLE`
 */
export async function restore(o: Pick<BackupOptions, 'store' | 'city' | 'dir' | 'say'>): Promise<Manifest> {
  const manifest = await checkedManifest(o.dir)
  const known = backedUp(o.city)
  const unknown = manifest.tables.filter((t) => !known.includes(t.table))
  if (unknown.length > 0)
    throw new CityError(
      'NO_TABLE',
      `The contracts have no ${unknown.map((t) => t.table).join(', ')}: restore with the contracts in ${path.join(o.dir, 'contracts')}`,
    )
  for (const { table, file, rows } of manifest.tables) {
    const { stream } = await o.store.exec({
      query: `INSERT INTO city.${table} FORMAT Parquet`,
      values: createReadStream(path.join(o.dir, file)),
    })
    for await (const _ of stream) {
      // The answer of an insert is empty; read to its end, the connection can be used again.
    }
    o.say(`${table}: ${rows} rows`)
  }
  return manifest
}

async function count(store: ClickHouseClient, table: string): Promise<number> {
  const result = await store.query({ query: `SELECT count() AS n FROM city.${table} FINAL`, format: 'JSONEachRow' })
  return (await result.json<{ n: number }>())[0]?.n ?? 0
}
