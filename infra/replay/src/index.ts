export { replayConfig, type ReplayConfig } from './config.ts'
export { replay, type ReplayOutcome } from './replay.ts'
export type { Filter } from './select.ts'
