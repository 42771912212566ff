import { parseArgs } from 'node:util'
import { CityError, createKafka, createLog, createStore, reasonOf } from '@commonstream/runtime'
import { loadCity, SchemaFaults } from '@commonstream/schemas'
import { importConfig } from './config.ts'
import { importFile, type ImportOutcome } from './import.ts'

const HELP = `Writes a CSV file of a city's history as closed windows of a stream, marked as imported.

  --stream NAME     an unprotected stream
  --file FILE       CSV with a header
  --mapping FILE    YAML: which column is what (docs/operations.md)
  --dry-run         write nothing, say what would be written
  --again           write also what an earlier run of the same file and mapping has written`

const MOST_NAMES = 20

const WORDS: Readonly<Record<string, string>> = {
  no_time: 'without a usable time',
  ambiguous: 'of a local hour that the clock showed twice ("time.ambiguous" says which is meant)',
  missing: 'of a local hour that the clock skipped',
  unregistered: 'of sensors that are not in the register ("sensors" relates names)',
  out_of_service: 'of times at which the register has the sensor not installed yet, or removed',
  invalid: 'with a value that is none, or of another length than the header',
  empty: 'without a value',
  recent: 'so young that they can still come as events',
  expired: 'older than windows are kept',
  own: 'where a window of our own stands',
  other_size: 'where an imported window of another length stands',
  twice: 'that stand there a second time',
  beside: 'that do not begin with a window',
}

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stream: { type: 'string', default: '' },
      file: { type: 'string', default: '' },
      mapping: { type: 'string', default: '' },
      'dry-run': { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { stream, file, mapping, again, 'dry-run': dryRun } = values
  if (values.help) return say(HELP)
  if (stream === '' || file === '' || mapping === '')
    throw new CityError('ARGUMENT_INVALID', `A stream, a file and a mapping are needed.\n\n${HELP}`)
  const config = importConfig()
  const city = await loadCity(config.schemas)
  const store = createStore(config.store)
  const kafka = createKafka(config.brokers, 'city-import', createLog('import', 'silent'))
  try {
    print(
      await importFile({ city, stream, file, mapping, dataDir: config.dataDir, kafka, store, now: config.now(), dryRun, again, say }),
      dryRun,
    )
  } finally {
    await store.close()
  }
}

function print(outcome: ImportOutcome, dryRun: boolean): void {
  const { rows, readings, windows, before, leftOut, passed, unknown } = outcome
  say(`${rows} rows, ${readings} usable values or rows of values, ${windows} windows ${dryRun ? 'would be ' : ''}written`)
  if (before > 0) say(`${before} parts were written by an earlier run`)
  for (const [why, count] of [...leftOut, ...passed]) say(`  ${count} left out: ${WORDS[why]}`)
  const names = [...unknown].sort(([, a], [, b]) => b - a)
  for (const [name, count] of names.slice(0, MOST_NAMES)) say(`    "${name}": ${count}`)
  if (names.length > MOST_NAMES) say(`    and ${names.length - MOST_NAMES} names more`)
  if (dryRun) say('Nothing was written.')
}

try {
  await main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults
  process.stderr.write(`${expected ? error.message : `import failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
