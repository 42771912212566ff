import { CityError, reasonOf } from './errors.ts'
import type { Log } from './log.ts'
import type { Part, PartBoard, Stop } from './part.ts'

/** How long one part may take to stop before the process goes on without it. */
const STOP_LIMIT_MS = 15_000

/**
 * Starts the parts in order and stops them in reverse on SIGTERM or SIGINT. A part that cannot start, or `fail` called
 * later, ends the process with exit code 1: the supervisor starts it again and Kafka replays what was not finished.
 * Resolves when everything has started.
 */
export async function runService(o: {
  name: string
  parts: readonly Part[]
  board: PartBoard
  log: Log
  signal?: { fail?: (error: unknown) => void }
}): Promise<void> {
  const stops: { name: string; stop: Stop }[] = []
  let ending = false
  const end = async (code: number) => {
    if (ending) return
    ending = true
    for (const { name, stop } of stops.reverse()) {
      const ended = await Promise.race([stop().then(() => true), after(STOP_LIMIT_MS)]).catch((error: unknown) => {
        o.log.error({ part: name, reason: reasonOf(error) }, 'part did not stop cleanly')
        code = 1
        return true
      })
      if (!ended) o.log.error({ part: name }, `part did not stop within ${STOP_LIMIT_MS} ms`)
    }
    o.log.info('stopped')
    process.exit(code)
  }
  const fail = (error: unknown) => {
    const code = error instanceof CityError ? error.code : 'OURS'
    o.log.fatal({ code, reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined }, 'service ends')
    void end(1)
  }
  if (o.signal) o.signal.fail = fail
  process.on('SIGTERM', () => void end(0))
  process.on('SIGINT', () => void end(0))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  for (const part of o.parts) {
    o.board.set(part.name, 'starting')
    try {
      stops.push({ name: part.name, stop: await part.start() })
    } catch (error) {
      o.board.set(part.name, 'failed', reasonOf(error))
      fail(error)
      return
    }
    if (o.board.reports.find((p) => p.name === part.name)?.state === 'starting') o.board.set(part.name, 'ready')
  }
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref())
}
