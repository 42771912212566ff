import type { Observed } from '../observe/observed.ts'

/** An empty Kafka and an empty ClickHouse, with what a test puts there. */
export function observed(more: Partial<Observed> = {}): Observed {
  return {
    database: false,
    topics: new Map(),
    tables: new Map(),
    views: new Map(),
    documents: new Map(),
    marked: new Map(),
    uncommitted: new Map(),
    sensors: [],
    decisions: { topic: [], table: [] },
    ...more,
  }
}
