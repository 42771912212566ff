/** How long the world may be away before the process ends and Kafka replays: about ten minutes. */
export const PATIENCE = { tries: 130, minMs: 200, maxMs: 5_000 } as const
