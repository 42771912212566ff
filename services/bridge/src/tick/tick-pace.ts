/** How a bridge's ticks are paced, in ms of the machine's time. */
export interface TickPace {
  readonly everyMs: number
  /** A wait longer than this is an interruption. */
  readonly stallMs: number
  catchUpMs(contractMs: number): number
}

const EVERY_MS = 10_000
const STALL_MS = 3_000
/** In a replay: often enough to look alive, seldom enough not to fill the log. */
const REPLAY = { mostMs: 250, leastMs: 100 }
/** Sensors need real seconds to connect again, however fast the city's clock runs. */
const REPLAY_CATCH_UP_MS = 2_000
const SHORTEST_STALL_MS = 100

/**
 * The pace on a clock that runs `speed` times as fast as the machine's; `replay` says that it is not the present. Ticks
 * come every 10 s of the city; in a replay at least every 250 ms of the machine and at least once per base window, but
 * no oftener than every 100 ms where windows allow. A stall is a few seconds, less where half the lateness passes sooner.
 */
export function tickPace(o: { speed: number; replay: boolean; shortestWindowMs: number; shortestLatenessMs: number }): TickPace {
  const { speed } = o
  if (!o.replay) return { everyMs: EVERY_MS, stallMs: STALL_MS, catchUpMs: (ms) => ms }
  const window = o.shortestWindowMs / speed
  const wanted = Math.min(REPLAY.mostMs, EVERY_MS / speed)
  return {
    everyMs: Math.max(1, Math.min(Math.max(wanted, REPLAY.leastMs), window)),
    stallMs: Math.min(STALL_MS, Math.max(SHORTEST_STALL_MS, o.shortestLatenessMs / 2 / speed)),
    catchUpMs: (ms) => Math.max(ms / speed, REPLAY_CATCH_UP_MS),
  }
}
