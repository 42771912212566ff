import type { Stream } from '@commonstream/schemas'
import { longestHearingMs } from '../questions/aggregates/hearing.ts'
import { type Latest, coarseRows, latestRows } from '../questions/latest.ts'
import { newestBeforeQuestion } from '../questions/newest.ts'
import type { Context } from './context.ts'

const DAY_MS = 86_400_000
/** How long events take to be stored; a slot is shown when those of its end have come. */
const SETTLED_MS = 10_000

/** The instant of which the public sees the present, a whole multiple of `publish.time`; null: any. */
export function slotOf({ publish }: Stream, now: number): number | null {
  return publish === null || publish.timeMs === 0 ? null : Math.floor((now - SETTLED_MS) / publish.timeMs) * publish.timeMs
}

/**
 * What was so at the present slot of each stream whose published times are coarse: read once, and the same until the
 * next. Or whoever asks every second would see when somebody came.
 */
export class Slots {
  readonly #kept = new Map<string, { readonly slot: number; readonly latest: Promise<Latest> }>()

  /** @throws Problem as `Store.ask` */
  read(context: Context, stream: Stream, slot: number): Promise<Latest> {
    const before = this.#kept.get(stream.name)
    if (before?.slot === slot) return before.latest
    const entry = { slot, latest: readBefore(context, stream, slot) }
    this.#kept.set(stream.name, entry)
    entry.latest.catch(() => {
      if (this.#kept.get(stream.name) === entry) this.#kept.delete(stream.name)
    })
    return entry.latest
  }
}

async function readBefore({ store, register }: Context, stream: Stream, slot: number): Promise<Latest> {
  const sensors = (await register.read(stream)).filter((sensor) => !sensor.left)
  const newest = await store.ask(newestBeforeQuestion(stream, slot, slot - Math.max(longestHearingMs(stream, sensors), DAY_MS)))
  return { rows: coarseRows(latestRows(stream, sensors, newest, slot), stream.publish?.timeMs ?? 1), sensors }
}
