/** A member of the group and the partitions that it holds. */
export interface Holder {
  readonly id: string
  readonly held: readonly number[]
}

/**
 * Spreads partitions evenly and leaves each where it is as far as that allows, so that a rebalance resumes as little as
 * possible. Deterministic: members in order of id, partitions ascending.
 */
export function spread(partitions: readonly number[], members: readonly Holder[]): Map<string, number[]> {
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1))
  const shares = new Map<string, number[]>(sorted.map((m) => [m.id, []]))
  const least = Math.floor(partitions.length / sorted.length)
  let larger = partitions.length % sorted.length
  const free = new Set([...partitions].sort((a, b) => a - b))
  for (const { id, held } of [...sorted].sort((a, b) => b.held.length - a.held.length)) {
    const mine = [...new Set(held)].filter((p) => free.has(p))
    const quota = mine.length > least && larger > 0 ? least + 1 : least
    if (quota > least) larger--
    for (const p of mine.slice(0, quota)) {
      free.delete(p)
      shares.get(id)?.push(p)
    }
  }
  for (const p of free) [...shares.values()].reduce((a, b) => (b.length < a.length ? b : a)).push(p)
  return shares
}
