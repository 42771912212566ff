import { CityError, reasonOf } from '@commonstream/runtime/errors.ts'
import { loadCity } from '@commonstream/schemas'
import { HELP } from './cli/help.ts'
import { parseCommand } from './cli/options.ts'
import { replay } from './cli/replay.ts'
import { simulate } from './cli/simulate.ts'
import { fleetConfig } from './config.ts'

/** Runs the command line and returns the exit code: 0 all acknowledged, 1 not, 2 a fault in options or configuration. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args)
  if (command.command === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  const config = fleetConfig()
  const city = await loadCity(config.schemas)
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stop.abort(`stopped by ${name}`))
  }
  const run =
    command.command === 'replay'
      ? replay(command, city, config, process.stdout, stop.signal)
      : simulate(command, city, config, process.stdout, stop.signal)
  return (await run) ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`)
  process.exitCode = error instanceof CityError && !error.retriable ? 2 : 1
}
