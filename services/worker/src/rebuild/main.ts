import { parseArgs } from 'node:util'
import { CityError, createLog, reasonOf } from '@commonstream/runtime'
import { loadCity, SchemaFaults } from '@commonstream/schemas'
import { readConfig } from '../config.ts'
import { streamContext } from '../flush/stream-context.ts'
import { realPorts } from '../ports/real-ports.ts'
import { chosenStreams } from '../worker.ts'
import { rebuild } from './rebuild.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** `make rebuild`: restores a lost store from topics and log; with `--stream` only some streams. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { stream: { type: 'string', multiple: true } } })
  const config = readConfig()
  const log = createLog('rebuild', 'error')
  const city = await loadCity(config.schemas)
  const contexts = chosenStreams(city, values.stream ?? config.streams).map((stream) => streamContext(city, stream))
  const ports = realPorts(config, log)
  await ports.store.ready()
  await ports.kafka.connect()
  try {
    await rebuild({ ports, contexts, log, say })
    say('Done. Workers that start now fold on from there.')
  } finally {
    await ports.kafka.disconnect()
    await ports.store.close()
  }
}

try {
  await main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults
  process.stderr.write(`${expected ? error.message : `rebuild failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
