import { type Released, ReleasedMap, releasedKey } from './released-map.ts'

export interface FirstReleases<T extends Released> {
  /** Never published before: these may go out. */
  readonly publish: readonly T[]
  /** Equal to what is published: a replay, nothing to send. */
  readonly replayed: readonly T[]
  /** Different from what is published about the same passages: never sent; `RELEASE_CONFLICT`. */
  readonly conflicts: readonly { readonly fresh: T; readonly released: Released }[]
}

/**
 * First release wins (protocol section 8.5). A second value about the same passages would reveal their difference, or
 * spend their ε twice: so not only the same atom is compared, but whatever was published about an overlapping span of
 * the sensor, under another policy, in another window size, or as a gap. Changes nothing. A plain Map is indexed anew at
 * each call; a ReleasedMap, as `readReleased` gives, is not.
 */
export function firstReleaseWins<T extends Released>(released: ReadonlyMap<string, Released>, fresh: readonly T[]): FirstReleases<T> {
  const known = ReleasedMap.of(released)
  const batch = new ReleasedMap()
  const publish: T[] = []
  const replayed: T[] = []
  const conflicts: { fresh: T; released: Released }[] = []
  for (const one of fresh) {
    const before = known.about(one) ?? batch.about(one)
    if (before === undefined) {
      publish.push(one)
      batch.set(releasedKey(one), one)
    } else if (same(before, one)) replayed.push(one)
    else conflicts.push({ fresh: one, released: before })
  }
  return { publish, replayed, conflicts }
}

function same(a: Released, b: Released): boolean {
  if (releasedKey(a) !== releasedKey(b) || a.status !== b.status) return false
  const columns = new Set([...Object.keys(a.values), ...Object.keys(b.values)])
  // A column that is null and one that is not there are the same to a reader.
  return [...columns].every((column) => (a.values[column] ?? null) === (b.values[column] ?? null))
}
