import type { Sensor } from '@commonstream/schemas'
import type { FiguresInOrder } from './figures-in-order.ts'
import { type Group, groupsOf, inService } from './groups.ts'
import { hearingMs } from './hearing.ts'
import type { Cell } from './page.ts'
import type { AggregateRequest } from './request.ts'

/**
 * Says which rows a contract's `publish` keeps from the public: of a step that is not over, whose figures would tell
 * when somebody came, and, where history is of groups, of a zone in which fewer sensors than make a group were heard.
 * What is kept back of one step is together a group too, or the whole less the rest would tell it. Null: none.
 * @param figures advanced to the step of the row that is asked about
 * @param now the city's present, epoch ms
 */
export function withheldRows(request: AggregateRequest, figures: FiguresInOrder, now: number): ((cell: Cell) => boolean) | null {
  const { stream, view } = request
  const { publish } = stream
  if (publish === null || view === 'internal') return null
  const zones = publish.history === 'zone' ? groupsOf({ by: 'zone', sensors: request.sensors }) : []
  let known: { start: number; hidden: ReadonlySet<string>; heard: number } | null = null
  return ({ step, group }) => {
    if (publish.timeMs > 0 && step.end > now) return true
    if (publish.history === 'sensor') return false
    if (known?.start !== step.start) {
      const since = (sensor: Sensor) => Math.min(step.start, step.end - hearingMs(stream, sensor))
      const size = (zone: Group) =>
        zone.sensors.filter((s) => inService(s, step.start, step.end, stream.time.zone) && figures.heard(s.id) > since(s)).length
      const sizes = zones.map((zone) => [zone.key, size(zone)] as const)
      known = { start: step.start, hidden: hiddenZones(sizes, publish.group), heard: sizes.reduce((sum, [, n]) => sum + n, 0) }
    }
    return request.by === 'all' ? known.heard < publish.group : known.hidden.has(group.key)
  }
}

/**
 * The zones that are no group, and as many more, smallest first, as make the hidden ones together a group.
 * @param sizes sensors of each zone; those without any tell nothing
 */
export function hiddenZones(sizes: readonly (readonly [key: string, sensors: number])[], least: number): ReadonlySet<string> {
  const hidden = new Set(sizes.filter(([, n]) => n < least).map(([key]) => key))
  let together = sizes.reduce((sum, [, n]) => sum + (n < least ? n : 0), 0)
  const larger = sizes.filter(([, n]) => n >= least).toSorted(([a, m], [b, n]) => m - n || (a < b ? -1 : 1))
  for (const [key, n] of larger) {
    if (together === 0 || together >= least) break
    hidden.add(key)
    together += n
  }
  return hidden
}
