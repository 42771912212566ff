import type { City, Stream } from '@commonstream/schemas'
import type { FleetConfig } from '../config.ts'
import { mergePlans, type Plan } from '../plan/plan.ts'
import { planReplay } from '../plan/plan-replay.ts'
import { SHIPPED_STREAMS, shippedGateway, shippedRows } from '../rows/shipped-rows.ts'
import { sendPlan } from '../send/send-plan.ts'
import type { Progress } from '../send/tally.ts'
import { display, type Screen } from '../show/display.ts'
import { outcomeTable } from '../show/outcome-table.ts'
import { progressLine, progressLines } from '../show/progress-lines.ts'
import type { ReplayCommand } from './options.ts'
import { streamOf } from './stream-of.ts'

/** Replays the shipped data and shows how far it is; whether everything was acknowledged. */
export async function replay(
  command: ReplayCommand,
  city: City,
  config: FleetConfig,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const names =
    command.streams.length > 0 ? command.streams : city.streams.map(({ name }) => name).filter((name) => SHIPPED_STREAMS.includes(name))
  const plan = mergePlans(names.map((name) => shippedPlan(streamOf(city, name), command, config.clockEnd)))
  if (config.clock.replayOf === null && !command.fast)
    screen.write('CITY_CLOCK is not set: all readings lie in the past and are sent at once.\n')
  const watch = (progress: () => Progress): (() => void) => {
    const view = () => ({ progress: progress(), now: config.clock.now(), zone: city.zone })
    return display({ lines: () => progressLines(view()), line: () => progressLine(view()) }, screen)
  }
  const { fast, patienceMs } = command
  const outcome = await sendPlan(plan, { url: command.url ?? config.url, clock: config.clock, fast, patienceMs, watch, signal })
  screen.write(`${outcomeTable(outcome)}\n`)
  return outcome.complete
}

function shippedPlan(stream: Stream, { seed, shuffleMs, duplicates, holds, limit, fast }: ReplayCommand, clockEnd: number): Plan {
  const gateway = shippedGateway(stream.name)
  const until = fast ? Number.POSITIVE_INFINITY : clockEnd
  return planReplay(shippedRows(stream.name), {
    stream,
    seed,
    shuffleMs,
    duplicates,
    holds,
    limit,
    until,
    ...(gateway !== null && { gateway }),
  })
}
