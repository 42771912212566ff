import { type Change, changeOf, keepsPoints, type Point } from '@commonstream/schemas'
import type { Figures } from '../fold/figures.ts'
import type { Around, Properties, Revision, WindowRow } from '../fold/types.ts'
import type { FiguresQuery, PointedWindow, StorePort } from '../ports/store-port.ts'
import type { PendingRevision } from './batch.ts'
import { lateRow } from './late-row.ts'

/** Revisions asked for in one query: the windows around each of them travel in its address too. */
const MAX_REVISIONS = 30

type Pointed = Revision & { readonly around: Around }
type PointedRevision = PendingRevision & { readonly revision: Pointed }
type Resolved = Pick<PendingRevision, 'context' | 'partition'> & { readonly row: WindowRow }
type Place = Pick<PointedWindow, 'start' | 'sizeMs'>
type Target = Place & Pick<WindowRow, 'rev' | 'bridges'>

export function hasAround(pending: PendingRevision): pending is PointedRevision {
  return pending.revision.around !== null
}

/**
 * Late revisions of windows with counters or states as rows: a late point changes its own window and, because increments
 * and lasting states count from it, the next closed window that has points of the property (protocol section 5). Values
 * are over what complete chunks hold and the parts of the chunk at hand.
 */
export async function resolvePointed(store: StorePort, pending: readonly PointedRevision[]): Promise<Resolved[]> {
  const rows = new Map<string, Resolved>()
  for (const group of Map.groupBy(pending, (p) => `${p.context.stream.name}|${p.partition}|${p.chunk}`).values()) {
    for (let from = 0; from < group.length; from += MAX_REVISIONS) {
      for (const resolved of await resolveGroup(store, group.slice(from, from + MAX_REVISIONS))) {
        const { sensor, start, sizeMs, rev } = resolved.row
        const key = `${resolved.context.stream.name}|${resolved.partition}|${sensor}|${start}|${sizeMs}`
        if (rev >= (rows.get(key)?.row.rev ?? -1)) rows.set(key, resolved)
      }
    }
  }
  return [...rows.values()]
}

/** A revision, the closed windows around it in time order, and those of them whose rows change. */
interface Plan {
  readonly revision: Pointed
  readonly windows: readonly PointedWindow[]
  readonly targets: readonly Target[]
}

async function resolveGroup(store: StorePort, group: readonly PointedRevision[]): Promise<Resolved[]> {
  const { context, partition, chunk } = group[0] as PointedRevision
  const place = { table: context.stream.table, partition, chunk }
  const revisions = group.map(({ revision }) => revision)
  const stored = await store.pointedWindows({ ...place, ...rangeOf(revisions) })
  const plans = revisions.map((revision) => planOf(revision, stored))
  const base = await figuresOf(store, place, plans)
  return plans.flatMap((plan) =>
    plan.targets.map((target) => ({ context, partition, row: rowOf(plan, target, base.get(plan.revision.sensor) ?? new Map()) })),
  )
}

/** Which windows the store is asked about: from each sensor's first revised one on, and the last ones before it. */
function rangeOf(revisions: readonly Pointed[]) {
  const from = new Map<string, number>()
  for (const r of revisions) from.set(r.sensor, Math.min(r.start, from.get(r.sensor) ?? r.start))
  return {
    from,
    names: [...new Set(revisions.flatMap((r) => r.around.names))],
    begin: Math.max(0, Math.min(...revisions.map((r) => r.around.begin))),
    before: Math.max(...revisions.map((r) => r.around.frontier)),
  }
}

function planOf(revision: Pointed, stored: readonly PointedWindow[]): Plan {
  const { sensor, around } = revision
  const windows = new Map<string, PointedWindow>()
  const add = (w: PointedWindow) => {
    // What a window's document does not keep as points was only counted.
    const kept = new Set(
      around
        .propertiesAt(w.start)
        .filter(keepsPoints)
        .map((p) => p.name),
    )
    const before = windows.get(`${w.start}|${w.sizeMs}`)?.has ?? []
    windows.set(`${w.start}|${w.sizeMs}`, { ...w, has: [...before, ...w.has.filter((name) => kept.has(name))] })
  }
  for (const w of stored) if (w.sensor === sensor && w.start >= around.begin && w.start < around.frontier) add(w)
  for (const part of around.parts)
    add({ sensor, start: part.start, sizeMs: part.sizeMs, has: namesIn(around.propertiesAt(part.start), part.figures) })
  const sorted = [...windows.values()].sort((a, b) => a.start - b.start)
  return { revision, windows: sorted, targets: targetsOf(revision, sorted) }
}

/** The window itself, and of each property that a late event had a value of the next window with points that was closed then. */
function targetsOf({ start, sizeMs, rev, bridges, around }: Pointed, windows: readonly PointedWindow[]): Target[] {
  const targets = new Map<number, Target>()
  for (const [name, late] of around.late) {
    const next = windows.find((w) => w.start > start && w.start < late.frontier && w.has.includes(name))
    if (next === undefined || late.rev < (targets.get(next.start)?.rev ?? -1)) continue
    targets.set(next.start, { start: next.start, sizeMs: next.sizeMs, rev: late.rev, bridges: late.bridges })
  }
  return [{ start, sizeMs, rev, bridges }, ...targets.values()]
}

function namesIn(properties: Properties, figures: Figures): string[] {
  return properties.filter((_, p) => (figures.points?.[p]?.length ?? 0) > 0).map((p) => p.name)
}

/** The last window with points of a property before another. */
function windowBefore({ windows }: Plan, name: string, { start }: Place): PointedWindow | null {
  return windows.findLast((w) => w.start < start && w.has.includes(name)) ?? null
}

type Base = ReadonlyMap<string, Figures>
const keyOf = ({ start, sizeMs }: Place) => `${start}|${sizeMs}`

/** What complete chunks hold of the windows that are written and of those before them, by sensor and window. */
async function figuresOf(
  store: StorePort,
  place: Pick<FiguresQuery, 'table' | 'partition' | 'chunk'>,
  plans: readonly Plan[],
): Promise<Map<string, Base>> {
  const starts = new Map<Properties, Set<number>>()
  for (const plan of plans) {
    const { propertiesAt, names } = plan.revision.around
    const needed = plan.targets.flatMap((t) => [t, ...names.flatMap((name) => windowBefore(plan, name, t) ?? [])])
    for (const { start } of needed) {
      const properties = propertiesAt(start)
      starts.set(properties, (starts.get(properties) ?? new Set()).add(start))
    }
  }
  const sensors = [...new Set(plans.map(({ revision }) => revision.sensor))]
  const found = new Map<string, Map<string, Figures>>(sensors.map((sensor) => [sensor, new Map()]))
  for (const [properties, of] of starts) {
    for await (const w of store.figures(properties, { ...place, sensors, starts: [...of] })) found.get(w.sensor)?.set(keyOf(w), w.figures)
  }
  return found
}

function rowOf(plan: Plan, target: Target, base: Base): WindowRow {
  const { sensor, around } = plan.revision
  const properties = around.propertiesAt(target.start)
  const figures = merged(plan.revision, target, base)
  const changes = properties.map((property, p): Change | null => {
    const points = figures.points?.[p] ?? []
    const before = points.length === 0 ? null : windowBefore(plan, property.name, target)
    const carry = before === null ? null : lastPoint(plan.revision, before, property.name, base)
    return changeOf(property, points, carry, { start: target.start, end: target.start + target.sizeMs })
  })
  return lateRow({ sensor, ...target, properties }, figures, changes)
}

function lastPoint(revision: Pointed, window: Place, name: string, base: Base): Point | null {
  const p = revision.around.propertiesAt(window.start).findIndex((property) => property.name === name)
  return merged(revision, window, base).points?.[p]?.at(-1) ?? null
}

function merged({ sensor, own, around, ...revised }: Pointed, window: Place, base: Base): Figures {
  const part = window.start === revised.start ? own : around.parts.find((p) => keyOf(p) === keyOf(window))?.figures
  const stored = base.get(keyOf(window))
  const figures = (part ?? stored)?.clone()
  if (figures === undefined) throw new Error(`The store names a window of ${sensor} with points and does not show them`)
  if (part !== undefined && stored !== undefined) figures.merge(stored)
  return figures
}
