import path from 'node:path'
import { CityError, createStore, reasonOf } from '@commonstream/runtime'
import { loadCity, SchemaFaults } from '@commonstream/schemas'
import { backup, restore } from './backup.ts'
import { backupConfig } from './config.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** `make backup TO=folder`, `make restore FROM=folder`. */
async function main(): Promise<void> {
  const [what, folder] = process.argv.slice(2)
  if ((what !== 'backup' && what !== 'restore') || !folder)
    throw new CityError('ARGUMENT_INVALID', 'Say where: make backup TO=folder, or make restore FROM=folder')
  const config = backupConfig()
  const city = await loadCity(config.schemas)
  const store = createStore(config.store, { requestTimeoutMs: 3_600_000 })
  const dir = path.resolve(folder)
  try {
    if (what === 'backup') {
      await backup({ store, city, schemas: config.schemas, dir, now: Date.now, say })
      say(`Backed up to ${dir}. Day keys are not in it, and never will be.`)
    } else {
      const { made } = await restore({ store, city, dir, say })
      say(`Restored what was backed up at ${made}. Where positions are lost, make rebuild comes next.`)
    }
  } finally {
    await store.close()
  }
}

try {
  await main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults
  process.stderr.write(`${expected ? error.message : `failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
