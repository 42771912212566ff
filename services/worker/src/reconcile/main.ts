import { parseArgs } from 'node:util'
import { CityError, createLog, reasonOf } from '@commonstream/runtime'
import { loadCity, SchemaFaults } from '@commonstream/schemas'
import { readConfig } from '../config.ts'
import { streamContext } from '../flush/stream-context.ts'
import { realPorts } from '../ports/real-ports.ts'
import { chosenStreams } from '../worker.ts'
import { reconcile } from './reconcile.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** `make reconcile`: compares ledger and tables now and heals what differs; exit code 1 where something could not be healed. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stream: { type: 'string', multiple: true },
      hours: { type: 'string', default: '26' },
      replay: { type: 'boolean', default: false },
    },
  })
  const config = readConfig()
  const log = createLog('reconcile', 'error')
  const city = await loadCity(config.schemas)
  const ports = realPorts(config, log)
  await ports.store.ready()
  await ports.kafka.connect()
  let unhealed = 0
  try {
    for (const stream of chosenStreams(city, values.stream ?? config.streams)) {
      const context = streamContext(city, stream)
      const partitions = Array.from({ length: stream.partitions }, (_, p) => p)
      const since = Date.now() - Number(values.hours) * 3_600_000
      const { chunks, mismatches, holes } = await reconcile({
        ports,
        context,
        log,
        workerId: config.workerId,
        partitions,
        since,
        expires: !values.replay,
      })
      say(`${stream.name}: ${chunks} complete chunks, ${mismatches.length} not as the ledger says, ${holes.length} holes`)
      for (const hole of holes) say(`  ${hole}`)
      for (const m of mismatches) {
        say(
          `  partition ${m.partition}, chunk ${m.chunk}: ${m.faults.join('; ')} — ${m.healed === true ? 'healed' : `not healed: ${m.healed}`}`,
        )
        if (m.duplicateBeyond > 0) say(`    ${m.duplicateBeyond} events were repeated beyond the horizon (reported, not corrected)`)
      }
      unhealed += holes.length + mismatches.filter((m) => m.healed !== true).length
    }
  } finally {
    await ports.kafka.disconnect()
    await ports.store.close()
  }
  return unhealed === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults
  process.stderr.write(`${expected ? error.message : `reconcile failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
