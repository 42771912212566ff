import type { FoldDocument, Property } from '@commonstream/schemas'
import type { Question } from './question.ts'

/** A document's word on properties, as far as it matters when they are read. */
export type Folded = Pick<FoldDocument, 'from' | 'properties'>

/** The fold documents of a stream, oldest first, as its newest ledger row has them. */
export function documentsQuestion(stream: string): Question<readonly Folded[]> {
  return {
    name: 'ledger_documents',
    sql: `SELECT argMax(documents, (appended, version)) FROM ledger WHERE stream = {stream:String} HAVING count() > 0`,
    params: { stream },
    read: (row) => JSON.parse(row[0] as string) as Folded[],
  }
}

/** Starts of the first windows (epoch ms) that hold a property's values, and its sum; 0: all do, Infinity: none does. */
export interface FoldedSince {
  readonly counted: number
  readonly summed: number
}

const ALWAYS: FoldedSince = { counted: 0, summed: 0 }

/**
 * From when on windows hold properties without a break until now. Tables have a property's columns for windows of before
 * too, filled with 0: what was not measured must not be taken for nothing.
 */
export function foldedSince(documents: readonly Folded[], properties: readonly Pick<Property, 'name' | 'aggregates'>[]): FoldedSince {
  if (documents.length === 0) return ALWAYS
  const since = properties.map(({ name }) => ({
    counted: startOf(documents, (d) => d.properties.some((p) => p.name === name)),
    summed: startOf(documents, (d) => d.properties.some((p) => p.name === name && isSummed(p))),
  }))
  return { counted: Math.max(...since.map((s) => s.counted)), summed: Math.max(...since.map((s) => s.summed)) }
}

function isSummed({ aggregates }: Pick<Property, 'aggregates'>): boolean {
  return aggregates.includes('sum') || aggregates.includes('mean')
}

function startOf(documents: readonly Folded[], holds: (document: Folded) => boolean): number {
  const last = documents.findLastIndex((document) => !holds(document))
  return last === documents.length - 1 ? Number.POSITIVE_INFINITY : (documents[last + 1]?.from ?? 0)
}
