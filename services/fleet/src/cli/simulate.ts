import type { City } from '@commonstream/schemas'
import type { FleetConfig } from '../config.ts'
import { display, type Screen } from '../show/display.ts'
import { simulationLine, simulationSummary } from '../show/simulation-lines.ts'
import type { SimulationProgress } from '../simulate/load.ts'
import { runSimulation } from '../simulate/run-simulation.ts'
import type { SimulateCommand } from './options.ts'
import { streamOf } from './stream-of.ts'
import { usageError } from './values.ts'

/** Simulates live sensors and shows how far it is; whether everything was acknowledged. */
export async function simulate(
  command: SimulateCommand,
  city: City,
  config: FleetConfig,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const stream = streamOf(city, command.stream)
  const sensors = command.sensors ?? stream.sensors.length
  if (sensors === 0) throw usageError(`${stream.name} has no registered sensors: say how many with --sensors`)
  const { seed, disorder, lateMs, duplicates, hold, fastClocks, seconds, connections, fast, patienceMs } = command
  const rate = command.rate ?? (sensors * 1_000) / stream.source.everyMs
  const watch = (progress: () => SimulationProgress): (() => void) =>
    display({ lines: () => [simulationLine(progress())], line: () => simulationLine(progress()) }, screen)
  const simulation = { seed, sensors, rate, disorder, lateMs, duplicates, hold, fastClocks }
  const url = command.url ?? config.url
  const outcome = await runSimulation({
    stream,
    simulation,
    url,
    clock: config.clock,
    seconds,
    connections,
    fast,
    patienceMs,
    watch,
    signal,
  })
  screen.write(`${simulationSummary(outcome)}\n`)
  return outcome.complete
}
