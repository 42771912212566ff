/**
 * Settings of every question whose answer decides what is written. On replicas that insert with a quorum (and
 * `insert_quorum_parallel = 0`) one that lacks an acknowledged part refuses, which is tried again, instead of answering
 * from what it has; on a single server they change nothing.
 */
export const CONSISTENT = { select_sequential_consistency: '1' } as const
