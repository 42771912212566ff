import kafkajs, { type GroupMember, type PartitionAssigner } from 'kafkajs'
import { spread } from '../../consume/assigner.ts'

const { AssignerProtocol } = kafkajs

/**
 * The assigner of a stream's group. kafkajs has no hook for revocation, but calls `protocol()` synchronously before each
 * JoinGroup: `onJoin` is called there, and from then on nothing may be committed until the group is joined.
 */
export function stickyAssigner(held: () => readonly number[], onJoin: () => void): PartitionAssigner {
  return ({ cluster }: { cluster: { findTopicPartitionMetadata(topic: string): { partitionId: number }[] } }) => ({
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
  })
}

function heldBy(member: GroupMember): number[] {
  const userData = AssignerProtocol.MemberMetadata.decode(member.memberMetadata)?.userData
  if (!userData || userData.length === 0) return []
  const held: unknown = JSON.parse(userData.toString())
  return Array.isArray(held) ? held.filter((p): p is number => Number.isInteger(p)) : []
}
