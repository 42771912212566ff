import type { FoldDocument } from './fold-document.ts'

type Folded = FoldDocument['properties'][number]

/**
 * The properties of all documents, each with every aggregate that it ever had: what tables must have columns for, since
 * windows keep the document that they live under. Later documents stand first, so that of a name the latest word holds.
 */
export function everFolded(documents: readonly Pick<FoldDocument, 'properties'>[]): FoldDocument['properties'] {
  const all = new Map<string, Folded>()
  for (const property of documents.toReversed().flatMap((d) => d.properties)) {
    const latest = all.get(property.name) ?? property
    all.set(property.name, { ...latest, aggregates: [...new Set([...latest.aggregates, ...property.aggregates])] })
  }
  return [...all.values()]
}
