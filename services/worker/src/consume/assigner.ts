import kafkajs, { type Assigner, type GroupMember, type PartitionAssigner } from 'kafkajs'

const { AssignerProtocol } = kafkajs

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

/**
 * The assigner of a stream's group. kafkajs has no hook for revocation, but calls `protocol()` synchronously before each
 * JoinGroup: `onJoin` is called there, and from then on nothing may be committed until the group is joined.
 */
export function stickyAssigner(held: () => readonly number[], onJoin: () => void): PartitionAssigner {
  return ({ cluster }: { cluster: { findTopicPartitionMetadata(topic: string): { partitionId: number }[] } }) =>
    ({
      name: 'commonstream-sticky',
      version: 1,
      protocol({ topics }: { topics: string[] }) {
        onJoin()
        const userData = Buffer.from(JSON.stringify(held()))
        return { name: 'commonstream-sticky', metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData }) }
      },
      async assign({ members, topics }: { members: GroupMember[]; topics: string[] }) {
        const topic = topics[0] as string
        const holders = members.map((m) => ({ id: m.memberId, held: heldBy(m) }))
        const shares = spread(
          cluster.findTopicPartitionMetadata(topic).map((p) => p.partitionId),
          holders,
        )
        return [...shares].map(([memberId, partitions]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment: { [topic]: partitions },
            userData: Buffer.alloc(0),
          }),
        }))
      },
    }) as unknown as Assigner
}

function heldBy(member: GroupMember): number[] {
  const userData = AssignerProtocol.MemberMetadata.decode(member.memberMetadata)?.userData
  if (!userData || userData.length === 0) return []
  const held: unknown = JSON.parse(userData.toString())
  return Array.isArray(held) ? held.filter((p): p is number => Number.isInteger(p)) : []
}
